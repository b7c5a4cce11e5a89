import { createHash } from 'node:crypto';
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addMetrics, type FileMetrics, noMetrics } from '../../src/canonical/file-ingestion.js';
import { decrypted } from '../../src/ops/file-encryption.js';
import { FileSourceSettings } from '../../src/ops/file-places.js';
import { completenessInputs } from '../../src/store/completeness-inputs.js';
import { drop, FileWorld, invoicesCsv } from '../support/file-world.js';
import { type S3Server, startS3 } from '../support/s3-server.js';

let world: FileWorld;
let s3: S3Server;
/** The S3 store is installed before the tests as a rule (`npm test`), else now. */
beforeAll(async () => {
  [world, s3] = await Promise.all([FileWorld.open(), startS3('org')]);
}, 900_000);
afterAll(async () => {
  await s3.stop();
  await world.close();
});

const MINUTE_MS = 60_000;
const ago = (minutes: number): Date => new Date(Date.now() - minutes * MINUTE_MS);
const sha256 = (content: string): string => createHash('sha256').update(content).digest('hex');
const invoice = (id: string, gstin: string, amount: string, date = '2026-05-03'): string =>
  `${id},${gstin},${date},,${amount}\n`;
const HEAD = 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr\n';
const [GUPTA, VERMA] = ['29AABCT1332L1Z2', '27AAPFU0939F1ZV'] as const;

describe('ten files in S3 of which one has drifted', () => {
  it('end as the reference prints it: 10 discovered, 9 processed, 1 drift alert, and the checkpoint', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId } = await world.newSource(distributorId, {
      connector_id: 'tally_file_dump',
      place: FileSourceSettings.parse(s3.settings),
      streams: [{ stream: 'tally.vouchers_xml', pattern: 'tally/vouchers/**', policy: 'freeze' }],
    });
    const put = (day: string, Body: string) =>
      s3.client.send(new PutObjectCommand({ Bucket: 'org', Key: `tally/vouchers/2025-09-${day}/vouchers.csv`, Body }));
    await put('21', invoicesCsv(10, { first: 100 }));
    await world.run(sourceId);
    const drifted = invoicesCsv(10, { first: 5_000 })
      .replace('due_date', 'due_date,remark')
      .replaceAll('2026-06', ',2026-06');
    for (let day = 22; day <= 28; day += 1) await put(String(day), invoicesCsv(10, { first: day * 100 }));
    await put('29', drifted);
    const last = invoicesCsv(10, { first: 9_000 });
    await put('30', last);
    await world.run(sourceId, { situation: 'ten-files-of-which-one-has-drifted' });

    const { rows } = await world.db.pool.query('select metrics from file_runs where source_id = $1', [sourceId]);
    const metrics = rows.map((row) => row.metrics as FileMetrics).reduce(addMetrics, noMetrics());
    expect(metrics).toMatchObject({ files_discovered: 10, files_processed: 9, drift_alerts: 1, rows_emitted: 90 });
    expect(await world.checkpoints(sourceId)).toEqual([
      {
        tenant_id: distributorId,
        connector_id: 'tally_file_dump',
        stream_id: 'file.s3.tally.vouchers_xml',
        last_checkpoint: `s3://org/tally/vouchers/2025-09-30/vouchers.csv#sha256=${sha256(last)}`,
      },
    ]);
    expect((await world.bronze(distributorId)).invoices).toMatchObject({ count: 90 });
    expect(await world.openAlerts(distributorId)).toContain('schema_drift');
  }, 60_000);
});

describe('what is in the files', () => {
  it('settles invoices of earlier files, takes corrections, and refuses an id given to somebody else', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    await drop(
      root,
      'invoices-05.csv',
      HEAD + invoice('A-1', GUPTA, '100.00') + invoice('A-2', VERMA, '200.00'),
      ago(9),
    );
    await world.run(sourceId);
    await drop(
      root,
      'payments-06.csv',
      'payment_id,invoice_id,paid_date,amount_paid_inr\nP-1,A-1,2026-06-01,40.00\nP-2,A-9,2026-06-01,1.00\n',
    );
    await drop(root, 'invoices-06.csv', HEAD + invoice('A-2', VERMA, '250.00') + invoice('A-1', VERMA, '1.00'));
    const { metrics, notices } = await world.run(sourceId);

    expect(await world.bronze(distributorId)).toMatchObject({
      invoices: { count: 2, paise: 350_00 },
      payments: { count: 1, paise: 40_00 },
    });
    expect(metrics).toMatchObject({ rows_read: 4, rows_emitted: 2, rows_refused: 2 });
    expect(notices.join('\n')).toMatch(/ID_REUSED[\s\S]*INVOICE_UNKNOWN/);
  });

  it('is read once however often it comes: under another name, again under its own, and as a new version', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    const first = HEAD + invoice('B-1', GUPTA, '100.00');
    await drop(root, 'invoices.csv', first, ago(9));
    await world.run(sourceId);
    await drop(root, 'copy/invoices (1).csv', first, ago(8));
    await drop(root, 'invoices.csv', first, ago(7));
    expect((await world.run(sourceId)).metrics).toMatchObject({
      files_discovered: 2,
      files_duplicate: 2,
      rows_read: 0,
    });

    await drop(root, 'invoices.csv', HEAD + invoice('B-1', GUPTA, '130.00'), ago(6));
    await world.run(sourceId);
    expect((await world.bronze(distributorId)).invoices).toEqual({ count: 1, paise: 130_00 });
    await drop(root, 'invoices.csv', first, ago(5));
    await world.run(sourceId);
    expect((await world.bronze(distributorId)).invoices).toEqual({ count: 1, paise: 100_00 });
  });

  it('comes in envelopes: tenant, connector, stream, file, line, checksum and schema version', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    const content = HEAD + invoice('C-1', GUPTA, '1.00') + invoice('C-2', GUPTA, '2.00');
    await drop(root, 'invoices.csv.gz', gzipSync(content));
    await world.run(sourceId);
    const { rows } = await world.db.pool.query(
      `select stream_id, position, schema_version, length(sha256) as sha, doc_key from file_envelopes
       where tenant_id = $1 and connector_id = $2 order by position`,
      [distributorId, sourceId],
    );
    const shared = { stream_id: 'file.folder.csv.invoices', schema_version: 1, sha: 64 };
    expect(rows).toEqual([
      { ...shared, position: 2, doc_key: 'csv/invoices/C-1' },
      { ...shared, position: 3, doc_key: 'csv/invoices/C-2' },
    ]);
  });
});

describe('a file that is refused', () => {
  it('stops no other, leaves nothing behind and tells the distributor what to do', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId, { after: 'delete', report_failures: true });
    await drop(root, 'invoices-1.csv', `${HEAD}${invoice('D-1', GUPTA, '1.00')}"D-2,never closed`, ago(3));
    await drop(root, 'invoices-2.TSB', Buffer.alloc(2_000, 7), ago(2));
    await drop(
      root,
      'invoices-3.csv',
      HEAD + invoice('D-3', GUPTA, '3.00') + invoice('D-4', GUPTA, '"1,00,000.00"'),
      ago(1),
    );
    const { metrics } = await world.run(sourceId);

    expect(metrics).toMatchObject({ files_processed: 1, files_quarantined: 2, rows_emitted: 1 });
    expect(await world.bronze(distributorId)).toMatchObject({ invoices: { count: 1, paise: 3_00 } });
    const { rows: staged } = await world.db.pool.query(
      `select count(*)::int as count from documents where distributor_id = $1 and state = 'staged'`,
      [distributorId],
    );
    expect(staged[0].count).toBe(0);
    expect(await readdir(root)).toEqual(['failed']);
    expect((await readdir(join(root, 'failed'))).sort()).toEqual([
      'invoices-1.csv.age',
      'invoices-1.csv.errors.csv',
      'invoices-2.TSB.age',
      'invoices-2.TSB.errors.csv',
      'invoices-3.csv.errors.csv',
    ]);
    const errors = await readFile(join(root, 'failed/invoices-3.csv.errors.csv'), 'utf8');
    expect(errors).toMatch(
      /^line,column,code,message,value_hash\n3,amount_inr,AMOUNT_OUTLIER,"?The amount has separators[\s\S]*,[0-9a-f]{64}\n$/,
    );
    expect(errors).not.toContain('1,00,000');
    expect(await readFile(join(root, 'failed/invoices-2.TSB.errors.csv'), 'utf8')).toContain('three ways');
    const sealed = await readFile(join(root, 'failed/invoices-1.csv.age'));
    expect(sealed.includes('D-1')).toBe(false);
    const opened = await decrypted(Readable.from([sealed]), world.secrets.filesIdentity);
    expect(Buffer.concat(await opened.toArray()).toString()).toContain('D-1');
    expect(await world.openAlerts(distributorId)).toEqual(expect.arrayContaining(['file_refused', 'quarantine_high']));

    await drop(root, 'invoices-4.csv', HEAD + invoice('D-5', GUPTA, '5.00'));
    await world.run(sourceId);
    expect(await world.openAlerts(distributorId)).toEqual([]);
  });
});

describe('a file that is not whole', () => {
  it('is waited for: unfinished names, growing files, and payments whose invoices are still on their way', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId, { min_age_seconds: 3_600 });
    await drop(root, 'invoices.csv.part', HEAD, ago(30));
    await drop(
      root,
      'payments.csv',
      'payment_id,invoice_id,paid_date,amount_paid_inr\nP-1,E-1,2026-06-01,1.00\n',
      ago(90),
    );
    expect((await world.run(sourceId)).metrics).toMatchObject({
      files_discovered: 2,
      files_waiting: 2,
      files_processed: 0,
    });

    await rename(join(root, 'invoices.csv.part'), join(root, 'invoices.csv'));
    await drop(root, 'invoices.csv', HEAD + invoice('E-1', GUPTA, '1.00'), ago(80));
    expect((await world.run(sourceId)).metrics).toMatchObject({ files_processed: 2, rows_refused: 0 });
    expect(await world.states(sourceId)).toEqual({ committed: 2, failed: 1 });
  });

  it('is not taken when it is replaced while it is read', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    await drop(root, 'invoices.csv', invoicesCsv(20_000), ago(9));
    const second = invoicesCsv(3);
    await world.stopWorkers();
    let replaced = false;
    await world.startWorker({
      async readFile(claimed) {
        const reading = world.tasks.readFile(claimed);
        if (!replaced) {
          replaced = true;
          await writeFile(join(root, 'next'), second);
          await rename(join(root, 'next'), join(root, 'invoices.csv'));
        }
        return await reading;
      },
    });
    await world.run(sourceId);
    await world.run(sourceId);
    expect((await world.bronze(distributorId)).invoices).toMatchObject({ count: 3 });
    expect(await world.states(sourceId)).toEqual({ committed: 1 });
  });
});

describe('what people are told of completeness', () => {
  it('counts the rows that every file had refused, each file in its newest content', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    const nobody = (id: string): string => invoice(id, '', '5.00');
    await drop(root, 'invoices-1.csv', HEAD + invoice('F-1', GUPTA, '1.00') + nobody('F-2') + nobody('F-3'), ago(9));
    await drop(root, 'invoices-2.csv', HEAD + invoice('F-4', GUPTA, '1.00') + nobody('F-5'), ago(8));
    await world.run(sourceId);
    await drop(root, 'invoices-1.csv', HEAD + invoice('F-1', GUPTA, '1.00') + nobody('F-3'), ago(7));
    await world.run(sourceId);
    const counted = await completenessInputs(world.db.pool, distributorId, { from: '2026-04-01', to: '2026-06-30' });
    expect(counted).toMatchObject({ invoices: 2, records: 4, withIdentity: 2 });
  });
});

describe('a file longer than the ids that are remembered', () => {
  it('refuses an id that comes again far below with other content, and takes one that says the same once', async () => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId);
    const rows = 45_000;
    const content =
      HEAD + invoice('Z-1', GUPTA, '1.00') + invoice('Z-2', GUPTA, '2.00') + invoicesCsv(rows).slice(HEAD.length);
    const again = invoice('Z-1', GUPTA, '1.00') + invoice('Z-2', GUPTA, '3.00') + invoice('Z-3', GUPTA, '4.00');
    await drop(root, 'invoices.csv', content + again + invoice('Z-1', VERMA, '1.00'));
    const { metrics, notices } = await world.run(sourceId);
    expect(metrics).toMatchObject({ rows_read: rows + 6, rows_emitted: rows + 3, rows_refused: 2 });
    expect(notices.join()).toMatch(/1 ID_REPEATED/);
    expect(notices.join()).toMatch(/1 ID_REUSED/);
    const { rows: sums } = await world.db.pool.query(
      `select sum(amount_inr)::text as sum from current_invoices where distributor_id = $1 and invoice_id like '%::Z-%'`,
      [distributorId],
    );
    expect(sums).toEqual([{ sum: '7.00' }]);
  }, 60_000);
});
