import { fork } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { SaxesParser } from 'saxes';
import { request } from 'undici';
import { AnswerReader } from '../../src/sources/tally/answer-reader.js';
import { documentOf } from '../../src/sources/tally/canonical/document.js';
import type { Receivers } from '../../src/sources/tally/element-shapes.js';
import { buildMasters, type MasterLists } from '../../src/sources/tally/masters.js';
import {
  groupRequest,
  ledgerRequest,
  type TallyRequest,
  voucherRequest,
  voucherTypeRequest,
} from '../../src/sources/tally/requests.js';

/** `reader`: bytes to canonical drafts. `saxes`: the same bytes through the bare parser with empty handlers. */
export type Contestant = 'reader' | 'saxes';
export interface Measurement {
  bytes: number;
  seconds: number;
  peakMiB: number;
  /** Zero for the bare parser, which does not know any. */
  vouchers: number;
}

const FILES = ['groups', 'types', 'ledgers', 'vouchers'] as const;

/** Writes down what a Tally answers, so that all who are measured read the very same bytes. */
export async function recordAnswers(url: string, company: string, folder: string): Promise<void> {
  const questions: Record<(typeof FILES)[number], TallyRequest> = {
    groups: groupRequest(company),
    types: voucherTypeRequest(company),
    ledgers: ledgerRequest(company),
    vouchers: voucherRequest(company, { from: '2018-01-01', to: '2027-12-31' }, 'named'),
  };
  for (const file of FILES) {
    const answer = await request(url, {
      method: 'POST',
      body: questions[file].xml,
      headers: { 'content-type': 'text/xml; charset=utf-8' },
      bodyTimeout: 0,
    });
    await pipeline(answer.body, createWriteStream(join(folder, file)));
  }
}

/** Measures one contestant over recorded answers, in a process of its own. */
export async function measured(contestant: Contestant, folder: string): Promise<Measurement> {
  const child = fork(fileURLToPath(import.meta.url), [contestant, folder], { execArgv: process.execArgv });
  const exited = once(child, 'exit');
  let measurement: Measurement | null = null;
  child.on('message', (message) => {
    measurement = message as Measurement;
  });
  const [code] = (await exited) as [number | null];
  if (code !== 0 || measurement === null) throw new Error(`measuring ${contestant} ended with code ${code}`);
  return measurement;
}

async function readWithReader(folder: string): Promise<Omit<Measurement, 'peakMiB'>> {
  const lists: MasterLists = { groups: [], voucherTypes: [], ledgers: [] };
  await read(join(folder, 'groups'), { group: (group) => lists.groups.push(group) });
  await read(join(folder, 'types'), { voucherType: (type) => lists.voucherTypes.push(type) });
  await read(join(folder, 'ledgers'), { ledger: (ledger) => lists.ledgers.push(ledger) });
  const masters = buildMasters(lists, {
    companyGuid: 'bench',
    booksFrom: '2020-04-01',
    complete: true,
    excludedLedgers: [],
    ownPhones: [],
    today: '2026-05-18',
    hashName: (name) => name,
  });
  const settings = { defaultCreditDays: null, adjustments: true };
  let vouchers = 0;
  const started = performance.now();
  const bytes = await read(join(folder, 'vouchers'), {
    voucher: (voucher) => {
      documentOf(voucher, masters, settings);
      vouchers += 1;
    },
  });
  return { bytes, seconds: (performance.now() - started) / 1000, vouchers };
}

async function read(path: string, receivers: Receivers): Promise<number> {
  const reader = new AnswerReader(receivers, 'utf-8');
  for await (const chunk of createReadStream(path)) reader.write(chunk as Buffer);
  return reader.end().bytes;
}

async function readWithSaxes(folder: string): Promise<Omit<Measurement, 'peakMiB'>> {
  const parser = new SaxesParser({ xmlns: false, position: false });
  parser.on('opentag', () => {});
  parser.on('text', () => {});
  parser.on('closetag', () => {});
  const decoder = new TextDecoder('utf-8');
  let bytes = 0;
  const started = performance.now();
  for await (const chunk of createReadStream(join(folder, 'vouchers'))) {
    bytes += (chunk as Buffer).length;
    parser.write(decoder.decode(chunk as Buffer, { stream: true }));
  }
  parser.close();
  return { bytes, seconds: (performance.now() - started) / 1000, vouchers: 0 };
}

// The forked half: measures one contestant and ends.
const [, script, contestant, folder] = process.argv;
if (script === fileURLToPath(import.meta.url) && folder !== undefined) {
  const measurement = contestant === 'reader' ? await readWithReader(folder) : await readWithSaxes(folder);
  process.send!({ ...measurement, peakMiB: process.resourceUsage().maxRSS / 1024 });
  process.disconnect();
}
