import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuild } from '../../../scripts/build.mjs';
import { dataFilesOf } from '../../../src/sources/files/data-files.js';
import { fileOnDisk } from '../../../src/sources/files/given-file.js';
import { inspectFile } from '../../../src/sources/files/inspect.js';
import { UNPACK_LIMITS } from '../../../src/sources/files/limits.js';
import { line, file as tallyFile, voucher } from '../tally/export-files.js';
import { HEADER, noise, ROW } from './bad-files.js';
import { zipOf } from './zip-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'data-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(content: string | Buffer, name = 'upload'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
const inspect = async (content: string | Buffer, name?: string) =>
  inspectFile(await written(content, name), { today: '2026-05-18' });

const invoices = `${HEADER}\n${ROW}\n`;
const payments = 'payment_id,invoice_id,paid_date,amount_paid_inr\nREC-1,INV-1,2026-05-15,30000.00\n';
const xml = tallyFile(voucher({ lines: line('P', '-100.00') + line('S', '100.00') }));

describe('a file of data', () => {
  it('is known by its content, whatever its name says', async () => {
    const asCsv = await inspect(invoices, 'DayBook.xml');
    expect(asCsv).toMatchObject({ format: 'csv-invoices', records: { invoices: { count: 1, paise: 42_000_00 } } });
    const asXml = await inspect(xml, 'invoices.csv');
    expect(asXml).toMatchObject({ format: 'tally-xml', records: { invoices: { count: 1, paise: 100_00 } } });
    expect(await inspect(payments, 'returns.txt')).toMatchObject({ format: 'csv-payments' });
  });

  it.each([
    ['CSV', invoices],
    ['XML of Tally', xml],
  ])('counts the same packed: %s', async (_what, content) => {
    const plain = await inspect(content);
    expect(plain).toHaveProperty('records');
    expect(await inspect(gzipSync(content), 'x')).toEqual(plain);
    expect(await inspect(zipOf({ name: 'May/x', content }), 'x')).toEqual(plain);
    const clutter = { name: '__MACOSX/._x', content: noise(400, 1) };
    expect(await inspect(zipOf(clutter, { name: 'x', content }, { name: '.DS_Store', content: 'x' }), 'x')).toEqual(
      plain,
    );
  });

  it('may be one of several in an archive, which are told apart and added up', async () => {
    const archive = zipOf(
      { name: 'invoices.csv', content: invoices },
      { name: 'payments.csv', content: payments },
      { name: 'history/DayBook.xml', content: Buffer.from(xml, 'utf16le') },
    );
    const found = await inspect(archive);
    expect(found).toMatchObject({
      format: 'zip',
      encoding: 'utf-8, utf-16le',
      records: { invoices: { count: 2, paise: 42_100_00 }, payments: { count: 1, paise: 30_000_00 } },
      files: [
        { entry: 'invoices.csv', format: 'csv-invoices', records: { invoices: { count: 1 } } },
        { entry: 'payments.csv', format: 'csv-payments' },
        { entry: 'history/DayBook.xml', format: 'tally-xml', encoding: 'utf-16le' },
      ],
    });
  });

  it('refuses the archive it is in, and is named', async () => {
    const bad = zipOf({ name: 'a.csv', content: invoices }, { name: 'b.csv', content: 'a;b\n' });
    expect(await inspect(bad)).toEqual({
      refused: { code: 'HEADER_MISSING', message: expect.stringMatching(/^In the archive, b\.csv: The first row/) },
    });
  });

  it('may not unpack to more than all files together may', async () => {
    const limits = { ...UNPACK_LIMITS, maxBytes: 1_500 };
    const content = noise(1_000, 2).toString('hex').slice(0, 1_000);
    const one = await written(zipOf({ name: '1', content }), 'one.zip');
    expect(await dataFilesOf(fileOnDisk(one), limits)).toHaveLength(1);
    const two = await written(zipOf({ name: '1', content }, { name: '2', content }), 'two.zip');
    await expect(dataFilesOf(fileOnDisk(two), limits)).rejects.toMatchObject({ code: 'ARCHIVE_BOMB' });
    const packed = await written(gzipSync(content + content), 'two.gz');
    await expect(dataFilesOf(fileOnDisk(packed), limits)).rejects.toMatchObject({ code: 'ARCHIVE_BOMB' });
  });

  it('that is not there is said to be unreadable', async () => {
    expect(await inspectFile(join(folder, 'missing.csv'))).toMatchObject({ refused: { code: 'FILE_UNREADABLE' } });
    expect(await inspectFile(folder)).toMatchObject({ refused: { code: 'FILE_UNREADABLE' } });
  });
});

describe('a file larger than memory is meant for', () => {
  const MIB = 1024 * 1024;
  const SIZE_MIB = 304;

  beforeAll(() => ensureBuild());

  /** A file of `start` and then the same bytes over and over. */
  async function large(start: string, filler: string): Promise<string> {
    const path = join(folder, 'large');
    const handle = await open(path, 'w');
    await handle.write(start);
    const block = Buffer.alloc(8 * MIB, filler);
    for (let sizeMiB = 0; sizeMiB < SIZE_MIB; sizeMiB += 8) await handle.write(block);
    await handle.close();
    return path;
  }

  /** Inspects in a process of its own, as `altscore inspect` does. */
  async function inspectedAlone(path: string): Promise<{ code: string; peakMiB: number }> {
    const program = new URL('../../../dist/sources/files/inspect.js', import.meta.url).href;
    const script = `
      const { inspectFile } = await import(process.argv[1]);
      const found = await inspectFile(process.argv[2]);
      console.log(JSON.stringify({ code: found.refused?.code ?? 'none', peakMiB: process.resourceUsage().maxRSS / 1024 }));`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script, program, path], {
      cwd: fileURLToPath(new URL('../../..', import.meta.url)),
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let output = '';
    child.stdout.on('data', (text) => {
      output += text;
    });
    await once(child, 'close');
    return JSON.parse(output);
  }

  it.each([
    ['one line', 'LINE_TOO_LONG', HEADER, 'x'],
    ['one line of commas', 'LINE_TOO_LONG', `${HEADER}\n`, ','],
    ['one line without a header', 'LINE_TOO_LONG', '', 'x'],
    ['a quotation mark that is never closed', 'QUOTE_NOT_CLOSED', `${HEADER}\n"`, 'x\n'],
    ['XML of one text', 'TOO_LARGE', '<ENVELOPE><HEADER>', 'x'],
  ])('is refused early, in little memory: %s', async (_what, code, start, filler) => {
    const found = await inspectedAlone(await large(start, filler));
    expect(found.code).toBe(code);
    expect(found.peakMiB).toBeLessThan(256);
  });
});
