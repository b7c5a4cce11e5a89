import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { booksExpected, booksInBronze } from '../support/books.js';
import { noErp, simulatedTally } from '../support/erps.js';
import { World } from '../support/world.js';

const DISTRIBUTORS = [
  { seed: 1, months: 24, vouchers: 1_000, maxDocumentsInMemory: null },
  { seed: 2, months: 12, vouchers: 500, maxDocumentsInMemory: null },
  // Less than a month has, and a day of trade: what is read in parts arrives as a whole all the same.
  { seed: 3, months: 12, vouchers: 500, maxDocumentsInMemory: 25 },
];

let platform: World<{ url: string; close(): Promise<void> }>;
const arrived = new Map<number, { world: World; distributorId: string }>();
beforeAll(async () => {
  platform = await World.around(noErp);
  await Promise.all(
    DISTRIBUTORS.map(async ({ maxDocumentsInMemory, ...books }) => {
      const world = await platform.beside(() => simulatedTally(books), { maxDocumentsInMemory });
      const onboarding = await world.onboard('consentCompleted');
      arrived.set(books.seed, { world, distributorId: (await onboarding.handle.result()).distributorId! });
    }),
  );
}, 300_000);
afterAll(() => platform.close());

describe.each(DISTRIBUTORS)("a Tally distributor's books, seed $seed", ({ seed, maxDocumentsInMemory }) => {
  let world: World;
  let distributorId: string;
  beforeAll(() => {
    ({ world, distributorId } = arrived.get(seed)!);
  });

  it('arrive to the paisa, by type and month, and every debtor’s balance ties', async () => {
    const truth = world.simulator.totals();
    expect(truth.byType.invoices.count).toBeGreaterThan(100);
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(truth));
  });

  it('are read in parts only where more than the connector may hold would be read at once', () => {
    const parted = world.programs.connector!.lines.some((line) => line.includes('WindowTooLarge'));
    expect(parted).toBe(maxDocumentsInMemory !== null);
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
