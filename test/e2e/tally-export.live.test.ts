import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TallyExportResult } from '../../src/canonical/tally-export.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { World } from '../support/world.js';

let world: World;
let distributorId: string;
beforeAll(async () => {
  world = await World.start({ seed: 4, months: 12, vouchers: 400 });
  const onboarding = await world.onboard('consentCompleted');
  distributorId = (await onboarding.handle.result()).distributorId!;
  const root = join(world.folder, 'restored');
  await mkdir(root);
  const config = {
    source_id: 'restored_tally',
    distributor_id: distributorId,
    place: { kind: 'folder', path: root },
    streams: [{ stream: 'tally.export', pattern: 'exports/*/manifest.json' }],
    min_age_seconds: 0,
    tally: {
      host: '127.0.0.1',
      port: Number(new URL(world.simulator.url).port),
      company_name: world.simulator.book.company.name,
    },
  };
  const file = join(world.folder, 'restored_tally.yaml');
  await writeFile(file, JSON.stringify(config));
  await world.run('files add', ['files', 'add', file]);
});
afterAll(() => world.close());

async function exported(): Promise<TallyExportResult> {
  const asked = await world.run('files export', ['files', 'export', 'restored_tally']);
  const [workflowId] = /export\/restored_tally\/\S+/.exec(asked.lines.join('\n'))!;
  await world.run('files backup-restored', ['files', 'backup-restored', workflowId, '--by', 'Asha']);
  return await world.client.workflow.getHandle(workflowId).result();
}

describe('a distributor whose Tally is synced over HTTP, and exported', () => {
  it('gets nothing but duplicates from the export of the same books', async () => {
    const before = await booksInBronze(world, distributorId);
    expect(before).toEqual(booksExpected(world.simulator.totals()));
    const result = await exported();
    expect(result).toMatchObject({ outcome: 'agrees', newerDocuments: 0, vouchers: world.simulator.book.voucherCount });
    expect(result.ingestion).toMatchObject({ applied: 0, stale: 0, voided: 0 });
    expect(result.ingestion.duplicates).toBeGreaterThan(200);
    expect(await booksInBronze(world, distributorId)).toEqual(before);
  });

  it('keeps what came over HTTP since, when an older backup is exported', async () => {
    const restore = world.simulator.backUp();
    world.simulator.dayOfTrade({ sales: 12, receipts: 8, edits: 6, cancels: 3 });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    const live = booksExpected(world.simulator.totals());
    expect(await booksInBronze(world, distributorId)).toEqual(live);
    restore();
    const result = await exported();
    expect(result.outcome).toBe('newer');
    expect(result.newerDocuments).toBeGreaterThan(20);
    expect(result.ingestion).toMatchObject({ applied: 0, voided: 0 });
    expect(result.ingestion.stale).toBeGreaterThan(5);
    expect(await booksInBronze(world, distributorId)).toEqual(live);
  });
});
