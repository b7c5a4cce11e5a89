import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { Parser } from 'csv-parse';
import { DEFAULT_MAX_INVOICE_PAISE } from '../../src/canonical/rules.js';
import { CsvReader } from '../../src/sources/csv/csv-reader.js';
import { CsvDocuments, type Documents } from '../../src/sources/csv/documents.js';
import { judgeRows } from '../../src/sources/csv/judged-rows.js';

/** `reader`: bytes to judged records. `csv-parse`: the same bytes to fields, which are dropped. */
export type Contestant = 'reader' | 'csv-parse';
export interface Measurement {
  rows: number;
  seconds: number;
  peakMiB: number;
}

/** A distributor's invoices: two thousand retailers, one id a row, three years. */
export async function writeInvoices(path: string, rows: number): Promise<void> {
  function* lines(): Generator<string> {
    yield 'invoice_id,retailer_gst,invoice_date,due_date,amount_inr,retailer_name,retailer_phone\n';
    for (let row = 0; row < rows; row += 1) {
      const retailer = row % 2_000;
      const gstin = `27AAP${'FUXYZ'[retailer % 5]}U${String(retailer).padStart(4, '0')}F1Z5`;
      const day = `${2023 + (row % 3)}-${two(1 + (row % 12))}-${two(1 + (row % 28))}`;
      const amount = `${100 + ((row * 7919) % 90_000)}.${two(row % 100)}`;
      yield `INV-${row},${gstin},${day},${day},${amount},"Shop ${retailer}, Pune",98${String(retailer).padStart(8, '0')}\n`;
    }
  }
  await pipeline(Readable.from(batched(lines())), createWriteStream(path));
}
const two = (number: number): string => String(number).padStart(2, '0');

function* batched(lines: Iterable<string>): Generator<string> {
  let batch = '';
  for (const line of lines) {
    batch += line;
    if (batch.length < 64 * 1024) continue;
    yield batch;
    batch = '';
  }
  yield batch;
}

/** Measures one contestant over a file, in a process of its own. */
export async function measuredCsv(contestant: Contestant, path: string): Promise<Measurement> {
  const child = fork(fileURLToPath(import.meta.url), [contestant, path], { execArgv: process.execArgv });
  const exited = once(child, 'exit');
  let measurement: Measurement | null = null;
  child.on('message', (message) => {
    measurement = message as Measurement;
  });
  const [code] = (await exited) as [number | null];
  if (code !== 0 || measurement === null) throw new Error(`measuring ${contestant} ended with code ${code}`);
  return measurement;
}

async function readToRecords(path: string): Promise<number> {
  const rules = {
    distributorId: 'dist_bench',
    today: '2026-05-18',
    maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
    gstinForms: 'ordinary',
    digestKey: Buffer.alloc(32, 7),
  } as const;
  const reader = new CsvReader();
  let documents: CsvDocuments | null = null;
  let records = 0;
  const judged = (made: Documents): void => {
    for (const document of made.documents) {
      records += judgeRows(document, reader.header.template, rules).document.records.length;
    }
  };
  for await (const rows of reader.rows(createReadStream(path))) {
    documents ??= new CsvDocuments(reader.header.template, {
      digestKey: rules.digestKey,
      version: 0,
      ownPhones: [],
      invoiceOf: () => null,
    });
    judged(documents.take(rows));
  }
  if (documents !== null) judged(documents.end());
  return records;
}

async function parse(path: string): Promise<number> {
  let rows = -1;
  const parser = new Parser({
    on_record: () => {
      rows += 1;
      return null;
    },
  });
  await pipeline(createReadStream(path), parser);
  return rows;
}

// The forked half: measures one contestant and ends.
const [, script, contestant, path] = process.argv;
if (script === fileURLToPath(import.meta.url) && path !== undefined) {
  const started = performance.now();
  const rows = contestant === 'reader' ? await readToRecords(path) : await parse(path);
  const seconds = (performance.now() - started) / 1000;
  process.send!({ rows, seconds, peakMiB: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}
