import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
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
