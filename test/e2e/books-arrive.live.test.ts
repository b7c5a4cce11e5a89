import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { booksExpected, booksInBronze } from '../support/books.js';
import { World } from '../support/world.js';

describe.each([{ seed: 1 }, { seed: 2 }, { seed: 3 }])("a Tally distributor's books, seed $seed", ({ seed }) => {
  let world: World;
  let distributorId: string;

  beforeAll(async () => {
    world = await World.start({ seed });
    const onboarding = await world.onboard('consentCompleted');
    distributorId = (await onboarding.handle.result()).distributorId!;
  });
  afterAll(() => world.close());

  it('arrive to the paisa, by type and month, and every debtor’s balance ties', async () => {
    const truth = world.simulator.totals();
    expect(truth.byType.invoices.count).toBeGreaterThan(100);
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(truth));
  });

  it('are not sent again when nothing has changed', async () => {
    const before = await booksInBronze(world, distributorId);
    world.simulator.requests.length = 0;
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');
    expect(world.simulator.requests.map(({ kind }) => kind)).toEqual(['company']);
    expect(await world.eventsOfLastRun(distributorId)).toBeLessThanOrEqual(30);
    expect(await booksInBronze(world, distributorId)).toEqual(before);
  });

  it('follow a day of trade: new, edited and cancelled vouchers', async () => {
    world.simulator.dayOfTrade({ sales: 12, receipts: 8, edits: 6, cancels: 3 });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));
  });

  it('stay as they are when the whole history is read again', async () => {
    const before = await booksInBronze(world, distributorId);
    const { watermark } = await world.syncState(distributorId);
    const outcome = await world.backfill(distributorId);
    expect(outcome).toBe('success');
    expect(await booksInBronze(world, distributorId)).toEqual(before);
    expect((await world.syncState(distributorId)).watermark).toEqual(watermark);
  });
});
