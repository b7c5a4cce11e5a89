import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { TallyExportProgress, TallyExportResult } from '../../src/canonical/tally-export.js';
import { FileSourceSettings } from '../../src/ops/file-places.js';
import { FileSourceConfig } from '../../src/ops/file-source-schema.js';
import { isoOf } from '../../src/simulators/calendar.js';
import { startTallySimulator, type TallySimulator } from '../../src/simulators/tally/index.js';
import { readAlerts } from '../../src/store/alerts.js';
import { zipOf } from '../sources/files/zip-files.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { drop, FileWorld } from '../support/file-world.js';
import { recordHistory } from '../support/record-history.js';
import { startS3 } from '../support/s3-server.js';
import { startSftp } from '../support/sftp-server.js';
import { skippingTime } from '../support/temporal.js';
import { payloadsOf, tracesOf } from '../support/traces.js';
import { waitFor } from '../support/wait-for.js';

let world: FileWorld;
let tally: TallySimulator;
beforeAll(async () => {
  const today = new Date().toISOString().slice(0, 10);
  [world, tally] = await Promise.all([
    FileWorld.open(),
    startTallySimulator({ seed: 7, months: 6, vouchers: 300, today }),
  ]);
});
afterAll(() => Promise.all([world.close(), tally.close()]));

/** A distributor of files alone, whose backup is restored into the simulated Tally. */
async function newSource(settings: Partial<FileSourceConfig> = {}) {
  const distributorId = await world.newDistributor();
  const source = await world.newSource(distributorId, {
    ...settings,
    streams: [
      { stream: 'tally.export', pattern: 'exports/*/manifest.json', policy: 'evolve' },
      // Would take every answer by itself, if they were not the manifest's.
      { stream: 'tally.files', pattern: '**/*.xml', policy: 'evolve' },
    ],
    tally: {
      host: '127.0.0.1',
      port: Number(new URL(tally.url).port),
      company_name: tally.book.company.name,
      reading: 'auto',
      encoding: 'utf-8',
    },
  });
  return { distributorId, ...source };
}
const start = (sourceId: string) =>
  skippingTime(world.temporal).workflow.start('tallyExport', {
    workflowId: `export/${sourceId}/${randomUUID()}`,
    taskQueue: world.taskQueue,
    args: [{ sourceId }],
  });
const untilStuck = (run: Awaited<ReturnType<typeof start>>) =>
  waitFor('the export to be stuck', async () => {
    const progress = await run.query<TallyExportProgress>('exportProgress');
    return progress.stage === 'stuck' ? progress : null;
  });
const voucherRequests = () => tally.requests.filter(({ kind }) => kind === 'voucher').length;

describe('a Tally restored from a backup', () => {
  it('is exported once somebody says so, ingested, and the platform holds what its books hold', async () => {
    const { distributorId, sourceId, root } = await newSource();
    const run = await start(sourceId);
    await run.signal('backupRestored', { who: 'nobody' });
    expect(await run.query<TallyExportProgress>('exportProgress')).toMatchObject({
      stage: 'waiting',
      notUsed: [expect.stringMatching(/^backupRestored is not valid/)],
    });
    await run.signal('backupRestored', { by: 'Asha', note: 'backup of 31 March' });
    const result: TallyExportResult = await run.result();
    expect(result).toMatchObject({
      outcome: 'agrees',
      newerDocuments: 0,
      differences: [],
      vouchers: tally.book.voucherCount,
      ingestion: { stale: 0 },
    });
    expect(await booksInBronze({ database: world.db }, distributorId)).toEqual(booksExpected(tally.totals()));
    const there = await readdir(join(root, result.folder));
    expect(there.sort()).toEqual(['manifest.json', 'masters', 'vouchers']);
    expect(await world.states(sourceId)).toEqual({ committed: 1 });
    const history = await run.fetchHistory();
    const told = Buffer.concat([...payloadsOf(history), Buffer.from(JSON.stringify(history))]);
    const { company, ledgers } = tally.book;
    for (const { name } of [company, ...ledgers.slice(0, 20)]) expect(tracesOf(name, told)).toEqual([]);
    await recordHistory('a-tally-is-exported-and-ingested', run);
  });

  it.each(['s3', 'sftp'] as const)(
    'is exported into %s as into a folder, and taken from there',
    async (kind) => {
      const server = await (kind === 's3' ? startS3() : startSftp());
      try {
        const place = FileSourceSettings.parse(server.settings);
        const { distributorId, sourceId } = await newSource({ place });
        const run = await start(sourceId);
        await run.signal('backupRestored', { by: 'Asha' });
        const result: TallyExportResult = await run.result();
        expect(result).toMatchObject({ outcome: 'agrees', differences: [], vouchers: tally.book.voucherCount });
        expect(await booksInBronze({ database: world.db }, distributorId)).toEqual(booksExpected(tally.totals()));
        expect(await world.states(sourceId)).toEqual({ committed: 1 });
      } finally {
        await server.stop();
      }
    },
    120_000,
  );

  it('that goes away in the middle of a month is waited for, and asked for nothing twice', async () => {
    const { distributorId, sourceId } = await newSource();
    const whole = voucherRequests();
    tally.setFault({ kind: 'refuse', on: ['voucher'], after: 25 });
    const run = await start(sourceId);
    await run.signal('backupRestored', { by: 'Asha' });
    const stuck = await untilStuck(run);
    expect(stuck.problem).toMatch(/^Tally at .* cannot be reached/);
    expect(stuck.partsDone).toBeGreaterThan(2);
    const isAlerted = async () =>
      (await readAlerts(world.db.pool, { distributorId })).some(
        ({ rule, resolvedAt }) => rule === 'export_stuck' && resolvedAt === null,
      );
    await waitFor('Ops to be told', isAlerted);
    tally.clearFaults();
    const asked = voucherRequests();
    await run.signal('backupRestored', { by: 'Asha' });
    const result: TallyExportResult = await run.result();
    expect(result).toMatchObject({ outcome: 'agrees', folder: stuck.folder });
    expect(await isAlerted()).toBe(false);
    // Of the questions that one whole export took, those before it broke are not asked again.
    expect(voucherRequests() - asked).toBeLessThan(whole - 20);
    expect(await booksInBronze({ database: world.db }, distributorId)).toEqual(booksExpected(tally.totals()));
  });

  it('in which somebody works is not ingested, and is exported anew', async () => {
    const { sourceId } = await newSource();
    tally.clearFaults();
    tally.setFault({ kind: 'voucher_added', on: ['voucher'], after: 10, times: 1 });
    const run = await start(sourceId);
    await run.signal('backupRestored', { by: 'Asha' });
    const stuck = await untilStuck(run);
    expect(stuck.problem).toMatch(/changed while they were exported/);
    expect(await world.states(sourceId)).toEqual({});
    await run.signal('backupRestored', { by: 'Asha' });
    const result: TallyExportResult = await run.result();
    expect(result.outcome).toBe('agrees');
    expect(result.folder).not.toBe(stuck.folder);
    // What was left of the first attempt is refused.
    expect(await world.states(sourceId)).toEqual({ committed: 1, quarantined: 1 });
  });
});

describe('a Tally that exports from its menus on a schedule', () => {
  const newMenuSource = async (streams: { stream: string; pattern: string }[]) => {
    const distributorId = await world.newDistributor();
    const { sourceId, root } = await world.newSource(distributorId, {
      streams: streams.map((stream) => ({ ...stream, policy: 'evolve' })),
      rules: FileSourceConfig.shape.rules.parse({
        books_from: isoOf(tally.book.company.booksFrom),
        own_phone: tally.book.company.phone,
      }),
    });
    await tally.exportFile(join(root, 'masters.xml'), 'masters');
    await tally.exportFile(join(root, 'daybook.xml'), 'vouchers', 'utf-16le');
    return { distributorId, sourceId, root };
  };
  const expectBooks = async (distributorId: string) =>
    expect(await booksInBronze({ database: world.db }, distributorId)).toEqual(booksExpected(tally.totals()));

  it('is ingested file by file, and follows what changed since', async () => {
    const { distributorId, sourceId, root } = await newMenuSource([
      { stream: 'tally.masters_xml', pattern: '**/masters.xml' },
      { stream: 'tally.vouchers_xml', pattern: '**/daybook.xml' },
    ]);
    expect((await world.run(sourceId)).metrics).toMatchObject({ files_processed: 2, files_quarantined: 0 });
    await expectBooks(distributorId);
    tally.dayOfTrade({ sales: 5, receipts: 4, edits: 4, cancels: 2 });
    await tally.exportFile(join(root, 'masters.xml'), 'masters');
    await tally.exportFile(join(root, 'daybook.xml'), 'vouchers');
    expect((await world.run(sourceId)).metrics).toMatchObject({ files_discovered: 2, files_duplicate: 1 });
    await expectBooks(distributorId);
  });

  it('is ingested from one archive, whichever of its files comes first', async () => {
    const { distributorId, sourceId, root } = await newMenuSource([{ stream: 'tally.zip', pattern: '*.zip' }]);
    const entry = async (name: string) => ({ name, content: await readFile(join(root, name)) });
    await drop(root, 'books.zip', zipOf(await entry('daybook.xml'), await entry('masters.xml')));
    expect((await world.run(sourceId)).metrics).toMatchObject({ files_processed: 1, files_quarantined: 0 });
    await expectBooks(distributorId);
  });
});
