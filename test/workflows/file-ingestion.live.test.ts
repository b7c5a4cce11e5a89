import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { drop, FileWorld, invoicesCsv } from '../support/file-world.js';

let world: FileWorld;
beforeAll(async () => {
  world = await FileWorld.open();
});
afterAll(() => world.close());

const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');

describe('ten files of which one has drifted', () => {
  it('ends as the reference prints it: 10 discovered, 9 processed, 1 drift alert, and the checkpoint', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId, {
      connector_id: 'tally_file_dump',
      streams: [{ stream: 'tally.vouchers_xml', pattern: 'tally/vouchers/**', policy: 'freeze' }],
    });
    for (let day = 1; day <= 9; day += 1)
      await drop(
        root,
        `tally/vouchers/2025-09-${20 + day}/vouchers.csv`,
        invoicesCsv(10, { first: day * 100 }),
        new Date(Date.now() - 60_000 * (20 - day)),
      );
    const drifted = invoicesCsv(10, { first: 5_000 })
      .replace('due_date', 'due_date,remark')
      .replaceAll('2026-06', ',2026-06');
    await drop(root, 'tally/vouchers/2025-09-30/vouchers.csv', drifted);

    const { metrics, checkpoints } = await world.run(sourceId);

    expect(metrics).toMatchObject({
      files_discovered: 10,
      files_processed: 9,
      files_quarantined: 1,
      drift_alerts: 1,
      rows_emitted: 90,
    });
    expect(checkpoints).toEqual([
      {
        tenant_id: distributorId,
        connector_id: 'tally_file_dump',
        stream_id: 'file.folder.tally.vouchers_xml',
        last_checkpoint: `file://${root}/tally/vouchers/2025-09-29/vouchers.csv#sha256=${sha256(invoicesCsv(10, { first: 900 }))}`,
      },
    ]);
    expect((await world.bronze(distributorId)).invoices).toMatchObject({ count: 90 });
  });
});
