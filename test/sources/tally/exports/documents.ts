import { expect } from '@jest/globals';
import { Settings } from 'luxon';
import type { DraftDocument } from '../../../../src/canonical/drafts.js';
import { DEFAULT_MAX_INVOICE_PAISE, judge, type RuleSettings } from '../../../../src/canonical/rules.js';
import type { TallySimulator } from '../../../../src/simulators/tally/index.js';
import type { ExportedBooks, ExportSettings } from '../../../../src/sources/tally/exports/exported-books.js';
import type { TallySettingsInput } from '../../../../src/sources/tally/settings.js';
import type { TallySource } from '../../../../src/sources/tally/tally-source.js';

/** What the platform would tell documents apart by: of each key the version, the digest, and what was quarantined. */

export const TODAY = '2026-05-18';
// A registration for GST counts from its day on, whichever way masters are read.
Settings.now = () => Date.parse(`${TODAY}T06:00:00Z`);
export const RULES: RuleSettings = {
  distributorId: 'dist_test0001',
  today: TODAY,
  maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
  gstinForms: 'ordinary',
  digestKey: Buffer.alloc(32, 1),
};
export const forIngestion = (more: Partial<ExportSettings> = {}): ExportSettings => ({
  today: TODAY,
  drafting: { defaultCreditDays: null, adjustments: true },
  ownPhones: [],
  digestKey: RULES.digestKey,
  masters: 'complete',
  identity: 'required',
  ...more,
});

export type Known = Record<string, object>;

export function knownAs(draft: DraftDocument): [docKey: string, known: object] {
  const { document, quarantined } = judge(draft, RULES);
  const codes = quarantined.map(({ code }) => code);
  return [document.doc_key, { version: document.version, digest: document.digest, codes, ignored: draft.ignored }];
}

export const tallyAt = (simulator: TallySimulator, more: Partial<TallySettingsInput> = {}): TallySettingsInput => ({
  host: '127.0.0.1',
  port: Number(new URL(simulator.url).port),
  companyName: simulator.book.company.name,
  ...more,
});

/** The whole book as it is read over HTTP. */
export async function overHttp(source: TallySource): Promise<Known> {
  const { company } = await source.probe();
  const masters = await source.masters();
  const known: Known = Object.fromEntries([...source.openingDocuments(masters)].map(knownAs));
  for (const window of source.plan({ from: company.booksFrom, to: '2027-05-18' }, 'month')) {
    for await (const voucher of source.read(window, new AbortController().signal)) {
      const [docKey, document] = knownAs(source.toCanonical(voucher, masters));
      known[docKey] = document;
    }
  }
  return known;
}

export async function fromFiles(books: ExportedBooks): Promise<Known> {
  const known: Known = {};
  for await (const piece of books.documents())
    for (const { draft } of piece) {
      const [docKey, document] = knownAs(draft);
      expect(known).not.toHaveProperty([docKey]);
      known[docKey] = document;
    }
  return known;
}
