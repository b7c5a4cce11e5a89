import { readFile, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { FormData, fetch } from 'undici';
import { uploadWorkflows } from '../../src/activities/files/upload-control.js';
import { createAdminListener } from '../../src/api/admin/listener.js';
import type { UploadWorkflows } from '../../src/api/admin/platform.js';
import { createLogger } from '../../src/ops/logging.js';
import { exportBook, generateBook } from '../../src/simulators/tally/index.js';
import { removeSources } from '../../src/store/file-sources.js';
import { zipOf } from '../sources/files/zip-files.js';
import { FileWorld, invoicesCsv } from '../support/file-world.js';
import { startProgram } from '../support/spawn.js';
import { connectTestTemporal, type TestTemporal } from '../support/temporal.js';
import { payloadsOf, tracesOf } from '../support/traces.js';
import { waitFor } from '../support/wait-for.js';
import { type Answer, admin, problem, startTestPlatform, type TestPlatform } from './api-support.js';

const MAX_BYTES = 512 * 1024;
/** A retailer who must show nowhere but sealed. */
const PLANTED = { gstin: '27CANRY1234C1ZX', name: 'Zebra Quokka Stores', phone: '9123498761' };
const HEADER = 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr,retailer_name,retailer_phone';

let temporal: TestTemporal;
let platform: TestPlatform;
let world: FileWorld;
let distributorId: string;
/** Another one, whose files name the retailers. */
let ofShops: string;
beforeAll(async () => {
  temporal = await connectTestTemporal();
  platform = await startTestPlatform({ maxUploadBytes: MAX_BYTES, uploadWorkflows: uploadWorkflows(temporal.client) });
  const log = createLogger({
    name: 'worker',
    level: 'trace',
    destination: { write: (line) => void platform.logged.push(line) },
  });
  world = await FileWorld.open({ db: platform.db, secrets: platform.secrets, temporal, log });
  distributorId = await world.newDistributor();
  ofShops = await world.newDistributor();
});
afterAll(async () => {
  await world.close();
  await platform.close();
  await temporal.close();
});

type Content = string | Buffer;
const formOf = (...files: [name: string, content: Content][]): FormData => {
  const form = new FormData();
  for (const [name, content] of files) form.append('file', new Blob([content]), name);
  return form;
};

async function post(
  form: FormData | string,
  { token = platform.secrets.adminToken, of = distributorId } = {},
): Promise<Answer> {
  const answer = await fetch(`${platform.adminUrl}/v1/uploads?distributor_id=${of}&by=Asha`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  });
  return { status: answer.status, body: await answer.json(), headers: Object.fromEntries(answer.headers) };
}
const upload = (name: string, content: Content, of = distributorId) => post(formOf([name, content]), { of });
const commit = (id: string) => admin(platform, 'POST', `/v1/uploads/${id}/commit`, { by: 'Asha' });

/** Of uploads and their bytes, by count. */
async function kept(): Promise<{ uploads: number; contents: number }> {
  const { rows } = await platform.db.pool.query(
    `select (select count(*)::int from uploads) as uploads,
            (select count(distinct content_id)::int from file_contents where content_id like 'upload/%') as contents`,
  );
  return rows[0];
}
const stagedDocuments = async (): Promise<number> =>
  (await platform.db.pool.query(`select count(*)::int as count from documents where state = 'staged'`)).rows[0].count;

describe('a file that is uploaded', () => {
  it('is shown before anything of it is taken, and stands in Bronze once it is committed', async () => {
    const csv = invoicesCsv(20);
    const { status, body, headers } = await upload('May invoices.csv', csv);
    expect({ status, body }).toEqual({
      status: 201,
      body: {
        upload_id: expect.stringMatching(/^upl_/),
        distributor_id: distributorId,
        name: 'May invoices.csv',
        bytes: csv.length,
        sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
        state: 'ready',
        created_at: expect.any(String),
        committed_at: null,
        committed_by: null,
        discarded_at: null,
        discarded_by: null,
        committed_before: null,
        file: null,
        preview: {
          format: 'csv-invoices',
          refused: null,
          rows_read: 20,
          rows_accepted: 20,
          rows_ignored: 0,
          rows_refused: 0,
          refused_by_code: {},
          faults: [],
          records: {
            invoices: { count: 20, paise: 20 * 10_050 + 100 * 210 },
            payments: { count: 0, paise: 0 },
            returns: { count: 0, paise: 0 },
            adjustments: { count: 0, paise: 0 },
          },
          from: '2026-05-02',
          to: '2026-05-21',
          drift: null,
        },
      },
    });
    expect(headers.location).toBe(`/v1/uploads/${body.upload_id}`);
    expect(await world.bronze(distributorId)).toMatchObject({ invoices: { count: 0 } });
    expect(await stagedDocuments()).toBe(0);

    const taken = await commit(body.upload_id);
    expect(taken).toMatchObject({
      status: 200,
      body: {
        state: 'committed',
        committed_by: 'Asha',
        file: { stream_id: 'file.upload.csv.invoices', state: 'committed', rows_accepted: 20, rows_refused: 0 },
      },
    });
    expect((await world.bronze(distributorId)).invoices).toEqual({ count: 20, paise: 222_000 });
    expect(await commit(body.upload_id)).toMatchObject({ status: 200, body: { file: taken.body.file } });
    expect(await admin(platform, 'GET', headers.location as string)).toMatchObject({ body: taken.body });
    expect(await admin(platform, 'DELETE', headers.location as string)).toEqual(problem(409, 'upload_committed'));

    const { body: stated } = await admin(
      platform,
      'GET',
      `/v1/admin/file-sources/upload-${distributorId.slice(5)}/state`,
    );
    expect(stated.streams[0].last_checkpoint).toBe(
      `upload:/invoices/${body.upload_id}/May invoices.csv#sha256=${body.sha256}`,
    );
  });

  it('that holds what was committed before says so, and changes nothing', async () => {
    const { body } = await upload('again.csv', invoicesCsv(20));
    expect(body).toMatchObject({
      state: 'ready',
      committed_before: { source_id: `upload-${distributorId.slice(5)}`, file_id: expect.any(Number) },
    });
    expect(await commit(body.upload_id)).toMatchObject({ body: { file: { state: 'duplicate' } } });
    expect((await world.bronze(distributorId)).invoices).toMatchObject({ count: 20 });
  });

  it('says of each row that cannot be taken where and why, in no word of the row; the others count', async () => {
    const { gstin, name, phone } = PLANTED;
    const { body } = await upload(
      `${name}.csv`,
      [
        HEADER,
        `INV-901,${gstin},2026-05-03,2026-06-03,100.00,${name},${phone}`,
        `INV-902,${gstin},03/05/2026,2026-06-03,100.00,${name},${phone}`,
        `INV-903,,2026-05-03,2026-06-03,100.00,${name},`,
        `INV-904,${gstin},2026-05-03,2026-06-03,"1,00,000.00",${name},${phone}`,
        '',
      ].join('\n'),
      ofShops,
    );
    expect(body.preview).toMatchObject({ rows_read: 4, rows_accepted: 1, rows_refused: 3 });
    expect(body.preview.faults).toEqual([
      {
        line: 3,
        column: 'invoice_date',
        code: 'INVALID_DATE',
        message: expect.stringContaining('expected YYYY-MM-DD'),
      },
      { line: 4, column: expect.any(String), code: 'IDENTITY_UNRESOLVABLE', message: expect.any(String) },
      { line: 5, column: 'amount_inr', code: 'AMOUNT_OUTLIER', message: expect.stringContaining('separators') },
    ]);
    expect(await commit(body.upload_id)).toMatchObject({
      body: { file: { state: 'committed', rows_accepted: 1, rows_refused: 3 } },
    });
    expect((await world.bronze(ofShops)).invoices).toMatchObject({ count: 1 });
  });

  it('may be an archive whose payments name its own invoices: what is shown is what is taken', async () => {
    const payments =
      'payment_id,invoice_id,paid_date,amount_paid_inr\nPAY-1,INV-2001,2026-06-01,50.00\nPAY-2,INV-77777,2026-06-01,50.00\n';
    const archive = zipOf(
      { name: 'a-payments.csv', content: payments },
      { name: 'b-invoices.csv', content: invoicesCsv(3, { first: 2_000 }) },
    );
    const { body } = await upload('delivery.zip', archive);
    expect(body.preview).toMatchObject({
      format: 'zip',
      rows_read: 5,
      rows_accepted: 4,
      refused_by_code: { INVOICE_UNKNOWN: 1 },
      records: { invoices: { count: 3 }, payments: { count: 1, paise: 5_000 } },
    });
    expect(await commit(body.upload_id)).toMatchObject({
      body: { file: { state: 'committed', rows_accepted: 4, rows_refused: 1 } },
    });
    expect(await world.bronze(distributorId)).toMatchObject({
      invoices: { count: 23 },
      payments: { count: 1, paise: 5_000 },
    });
  });

  it('says how its columns differ from those before, and waits, once committed, where they do not fit', async () => {
    const row = `INV-911,${PLANTED.gstin},2026-05-03,2026-06-03,100.00`;
    const more = await upload('area.csv', `${HEADER},area\n${row},A,9123498762,North\n`, ofShops);
    expect(more.body.preview.drift).toEqual({ message: expect.stringContaining('area is new'), waits: false });
    const { body } = await upload('bare.csv', `${HEADER.split(',').slice(0, 5).join(',')}\n${row}\n`, ofShops);
    expect(body.preview.drift).toEqual({ message: expect.stringContaining('retailer_name is gone'), waits: true });
    expect(await commit(body.upload_id)).toMatchObject({
      body: { file: { state: 'quarantined', code: 'SCHEMA_DRIFT' } },
    });
  });

  it('is taken by its content, whatever it is called', async () => {
    const hostile = `..\\..\\etc/pass\u202ewd ${PLANTED.name}\u0007.csv.part`;
    const { body } = await upload(hostile, invoicesCsv(2, { first: 4_000 }));
    expect(body).toMatchObject({ state: 'ready', name: `pass_wd ${PLANTED.name}_.csv.part_` });
    expect(await commit(body.upload_id)).toMatchObject({ body: { file: { state: 'committed', rows_accepted: 2 } } });
  });

  it('can be discarded, with its bytes, and not be committed then', async () => {
    const before = await kept();
    const { body } = await upload('wrong.csv', invoicesCsv(5, { first: 5_000 }));
    const path = `/v1/uploads/${body.upload_id}`;
    expect(await admin(platform, 'DELETE', `${path}?by=Ravi`)).toMatchObject({
      status: 200,
      body: { state: 'discarded', discarded_by: 'Ravi' },
    });
    expect(await kept()).toEqual({ uploads: before.uploads + 1, contents: before.contents });
    expect(await commit(body.upload_id)).toEqual(problem(409, 'upload_discarded'));
    expect(await admin(platform, 'GET', '/v1/uploads/upl_0000000000000000')).toEqual(problem(404, 'unknown_upload'));
  });
});

describe('an export of Tally', () => {
  it('is refused without masters, taken with them, and from then on its vouchers alone do', async () => {
    const ofTally = await world.newDistributor();
    const { book } = generateBook({ seed: 7, vouchers: 150 });
    const [vouchers, all] = [join(world.folder, 'vouchers.xml'), join(world.folder, 'all.xml')];
    await exportBook(book, vouchers, 'vouchers', 'utf-8');
    await exportBook(book, all, 'all', 'utf-16le');

    const alone = await upload('DayBook.xml', gzipSync(await readFile(vouchers)), ofTally);
    expect(alone).toMatchObject({
      status: 201,
      body: { state: 'refused', preview: { refused: { code: 'MASTERS_MISSING' } } },
    });
    expect(await commit(alone.body.upload_id)).toEqual(problem(409, 'upload_refused'));

    const whole = await upload('All.xml.gz', gzipSync(await readFile(all)), ofTally);
    expect(whole.body.preview).toMatchObject({ format: 'tally-xml', refused: null });
    expect(await commit(whole.body.upload_id)).toMatchObject({
      body: { file: { state: 'committed', rows_accepted: whole.body.preview.rows_accepted } },
    });
    const { rows } = await platform.db.pool.query(
      'select sum(amount_inr) * 100 as paise, count(*)::int as count from current_invoices where distributor_id = $1',
      [ofTally],
    );
    expect(whole.body.preview.records.invoices).toEqual({ count: rows[0].count, paise: Number(rows[0].paise) });

    const after = await upload('DayBook.xml.gz', gzipSync(await readFile(vouchers)), ofTally);
    expect(after.body).toMatchObject({ state: 'ready', preview: { refused: null } });
  });
});

describe('what is no file to take', () => {
  it('is refused with a sentence and cannot be committed: a backup of Tally, a bomb, a workbook', async () => {
    const bomb = zipOf({ name: 'invoices.csv', content: Buffer.alloc(64 * 1024 ** 2, ' ') });
    const cases: [string, Content, string][] = [
      ['Company.TSB', invoicesCsv(1), 'TALLY_BACKUP'],
      ['bomb.zip', bomb, 'ARCHIVE_BOMB'],
      ['book.csv', Buffer.from('d0cf11e0a1b11ae1'.padEnd(64, '0'), 'hex'), 'SPREADSHEET'],
      ['empty.csv', '', 'EMPTY'],
    ];
    for (const [name, content, code] of cases) {
      const { body } = await upload(name, content);
      expect(body).toMatchObject({
        state: 'refused',
        preview: { refused: { code, message: expect.stringContaining('expected') }, rows_read: 0, rows_accepted: 0 },
      });
      expect(await commit(body.upload_id)).toEqual(problem(409, 'upload_refused'));
    }
  });

  it('is not even kept: another’s token, no or two files, too large, nobody’s, for nobody', async () => {
    const before = await kept();
    const small: [string, string] = ['a.csv', invoicesCsv(1)];
    expect(await post(formOf(small), { token: 'wrong' })).toEqual(problem(401, 'admin_token'));
    expect(await post(formOf(small), { of: 'dist_ffffffff' })).toEqual(problem(404, 'unknown_distributor'));
    expect(await post(formOf(small, small))).toEqual(problem(422, 'one_file'));
    expect(await post(formOf())).toMatchObject({ status: 422 });
    expect(await post('invoice_id')).toEqual(problem(415, 'media_type'));
    expect(await post(formOf(['big.csv', Buffer.alloc(MAX_BYTES + 1, 'x')]))).toEqual(problem(413, 'file_too_large'));
    expect(await post(formOf(['big.csv', Buffer.alloc(MAX_BYTES * 2, 'x')]))).toEqual(problem(413, 'file_too_large'));
    expect(await kept()).toEqual(before);
  });

  it('leaves nothing behind when the connection breaks in the middle of it', async () => {
    const before = await kept();
    const sent = httpRequest(`${platform.adminUrl}/v1/uploads?distributor_id=${distributorId}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${platform.secrets.adminToken}`,
        'content-type': 'multipart/form-data; boundary=edge',
        'content-length': 400_000,
      },
    });
    const isClosed = new Promise((resolve) => sent.on('error', () => {}).on('close', resolve));
    sent.write('--edge\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n');
    sent.write(invoicesCsv(3_000));
    await waitFor('the upload to have begun', async () => (await kept()).uploads === before.uploads + 1);
    sent.destroy();
    await isClosed;
    await waitFor('nothing of it to be left', async () => (await kept()).uploads === before.uploads);
    expect(await kept()).toEqual(before);
  });

  it('is told while Temporal is away, and the API serves all else', async () => {
    const before = await kept();
    const connection = Connection.lazy({ address: '127.0.0.1:9' });
    const app = await adminListener(uploadWorkflows(new Client({ connection }), { answersWithinMs: 500 }));
    const answer = await inject(app, invoicesCsv(1));
    expect(answer.statusCode).toBe(503);
    expect(answer.json()).toMatchObject({ code: 'workflows_away', detail: expect.stringContaining('Temporal') });
    expect((await app.inject('/healthz')).statusCode).toBe(200);
    expect(await kept()).toEqual(before);
    await app.close();
    await connection.close();
  });
});

describe('altscore files upload', () => {
  it('prints what a file would bring and how to take it, and takes it where it is told to', async () => {
    const file = join(world.folder, 'June invoices.csv');
    await writeFile(file, invoicesCsv(3, { first: 8_000 }));
    const env = { SECRETS_DIR: platform.secretsDir, ADMIN_URL: platform.adminUrl };
    const altscore = async (...args: string[]) => {
      const program = await startProgram('client/altscore.js', ['files', ...args], { env });
      return { code: await program.ended(), text: program.lines.join('\n') };
    };
    const shown = await altscore('upload', file, '--distributor', distributorId);
    expect(shown).toEqual({
      code: 0,
      text: expect.stringMatching(/^upl_\w+ {2}June invoices\.csv,[\s\S]*3 accepted, 0 refused[\s\S]*₹24,304\.50/u),
    });
    const [, id] = /altscore files commit (upl_\w+) --by WHO$/.exec(shown.text)!;
    expect(await altscore('discard', id!, '--by', 'Asha')).toEqual({
      code: 0,
      text: expect.stringContaining('discarded by Asha'),
    });
    expect(await altscore('upload', file, '--distributor', distributorId, '--commit', '--by', 'Asha')).toEqual({
      code: 0,
      text: expect.stringMatching(/committed by Asha; file \d+ of file\.upload\.csv\.invoices is committed$/),
    });
  });
});

describe('an upload that takes longer than a request should', () => {
  it('is answered with where to ask', async () => {
    const app = await adminListener(uploadWorkflows(temporal.client, { doneWithinMs: 1 }));
    const answer = await inject(app, invoicesCsv(2, { first: 7_000 }));
    expect({ status: answer.statusCode, state: answer.json().state }).toEqual({ status: 202, state: 'reading' });
    const path = answer.headers.location as string;
    const { body } = await waitFor('the preview', async () => {
      const shown = await admin(platform, 'GET', path);
      return shown.body.state === 'reading' ? null : shown;
    });
    expect(body).toMatchObject({ state: 'ready', preview: { rows_accepted: 2 } });
    await admin(platform, 'DELETE', path);
    await app.close();
  });
});

/** The admin listener by itself, over the same store. */
const adminListener = (workflows: UploadWorkflows) =>
  createAdminListener(
    {
      pool: platform.db.pool,
      secrets: platform.secrets,
      apiEndpoint: 'https://localhost/',
      publicUrl: () => '',
      uploadWorkflows: workflows,
      maxUploadBytes: MAX_BYTES,
      bridgeWorkflows: null,
    },
    {
      logger: createLogger({ name: 'api', level: 'silent' }),
      ingest: { swagger: () => ({ paths: {} }) } as unknown as FastifyInstance,
    },
  );

const inject = (app: FastifyInstance, content: string) =>
  app.inject({
    method: 'POST',
    url: `/v1/uploads?distributor_id=${distributorId}`,
    headers: {
      authorization: `Bearer ${platform.secrets.adminToken}`,
      'content-type': 'multipart/form-data; boundary=edge',
    },
    payload: `--edge\r\ncontent-disposition: form-data; name="file"; filename="a.csv"\r\n\r\n${content}\r\n--edge--\r\n`,
  });

describe('figures for Prometheus', () => {
  it('say by source and stream what was done, to whoever has the token', async () => {
    expect(await admin(platform, 'GET', '/metrics', undefined, null)).toEqual(problem(401, 'admin_token'));
    const { body, headers } = await admin(platform, 'GET', '/metrics');
    expect(headers['content-type']).toContain('text/plain');
    const invoices = `source="upload-${distributorId.slice(5)}",stream="file.upload.csv.invoices"`;
    for (const line of [
      `altscore_files_discovered_total{${invoices}} 5`,
      `altscore_files_processed_total{${invoices}} 5`,
      `altscore_files_duplicate_total{${invoices}} 1`,
      `altscore_files_quarantined_total{${invoices}} 0`,
      `altscore_files_failed_total{${invoices}} 0`,
      `altscore_rows_emitted_total{${invoices}} 29`,
      `altscore_rows_refused_total{${invoices}} 1`,
      `altscore_files_waiting{${invoices}} 0`,
      `altscore_files_quarantined_total{${invoices.replace(distributorId.slice(5), ofShops.slice(5))}} 1`,
      `altscore_drift_alerts_total{${invoices.replace(distributorId.slice(5), ofShops.slice(5))}} 1`,
      '# TYPE altscore_rows_read_total counter',
      '# TYPE altscore_files_waiting gauge',
    ])
      expect(body.split('\n')).toContain(line);
  });
});

describe('retention', () => {
  it('drops uploads nobody committed within a week, and bytes of those that were with their file', async () => {
    const { pool } = platform.db;
    const { body } = await upload('forgotten.csv', invoicesCsv(5, { first: 6_000 }));
    await pool.query(`update uploads set created_at = now() - interval '8 days' where upload_id = $1`, [
      body.upload_id,
    ]);
    await pool.query(`update source_files set committed_at = now() - interval '91 days' where state = 'committed'`);
    const { rows } = await pool.query(`select count(*)::int as count from source_files where state = 'committed'`);
    const before = await kept();

    expect(await world.tasks.applyRetention()).toEqual({ files: rows[0].count, uploads: 1 });

    expect(await admin(platform, 'GET', `/v1/uploads/${body.upload_id}`)).toMatchObject({
      body: { state: 'discarded', discarded_by: 'retention' },
    });
    expect((await kept()).contents).toBe(before.contents - rows[0].count - 1);
  });
});

describe('an onboarding that is given up', () => {
  it('leaves no byte of what was uploaded, and nothing to commit', async () => {
    const gone = await world.newDistributor();
    const [taken, open] = [await upload('a.csv', invoicesCsv(2), gone), await upload('b.csv', invoicesCsv(3), gone)];
    await commit(taken.body.upload_id);
    await removeSources(platform.db.pool, gone, 'Ravi');

    const { rows } = await platform.db.pool.query(
      `select from uploads u join file_contents c on c.content_id = 'upload/' || u.upload_id where distributor_id = $1`,
      [gone],
    );
    expect(rows).toEqual([]);
    expect(await commit(open.body.upload_id)).toEqual(problem(409, 'upload_discarded'));
    expect(await admin(platform, 'GET', `/v1/uploads/${taken.body.upload_id}`)).toMatchObject({
      body: { state: 'committed', file: { state: 'committed' } },
    });
  });
});

describe('the planted retailer', () => {
  it('stands in no history, log, metric or preview', async () => {
    const histories: Buffer[] = [];
    const query = `WorkflowId STARTS_WITH "upload/" OR WorkflowId STARTS_WITH "files/upload-"`;
    for await (const { workflowId, runId } of temporal.client.workflow.list({ query })) {
      const history = await temporal.client.workflow.getHandle(workflowId, runId).fetchHistory();
      histories.push(...payloadsOf(history), Buffer.from(JSON.stringify(history)));
    }
    expect(histories.length).toBeGreaterThan(10);
    const { rows } = await platform.db.pool.query(
      `select coalesce(string_agg(u::text, E'\\n'), '') as uploads,
              (select string_agg(f::text, E'\\n') from source_files f) as files,
              (select string_agg(f::text, E'\\n') from file_contents f) as contents,
              (select string_agg(a::text, E'\\n') from file_audit a) as audit from uploads u`,
    );
    const metrics = (await admin(platform, 'GET', '/metrics')).body;
    const places: Record<string, Buffer> = { histories: Buffer.concat(histories) };
    for (const [place, text] of Object.entries({ log: platform.logged.join('\n'), metrics, ...rows[0] }))
      places[place] = Buffer.from(text as string);
    for (const [place, bytes] of Object.entries(places)) {
      expect(bytes.length).toBeGreaterThan(100);
      for (const value of Object.values(PLANTED))
        expect({ place, traces: tracesOf(value, bytes) }).toEqual({ place, traces: [] });
    }
  });
});
