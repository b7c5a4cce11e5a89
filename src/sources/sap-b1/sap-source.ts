import { addDays } from '../../canonical/calendar.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import { EARLIEST_DATE, MAX_POST_DATED_DAYS } from '../../canonical/rules.js';
import { notBefore, windowsOf } from '../periods.js';
import type { Period, Probe, QuarantinedDocument, ReadingCost, Source } from '../source.js';
import { byKeys, byNumber } from './by-key.js';
import { documentOf } from './canonical/document.js';
import { companyPrefix, partsOfKey } from './canonical/keys.js';
import { paidOn } from './canonical/payments.js';
import { changedSince, changedThemselves, dated, ofCustomers } from './changes.js';
import { type Counters, CUSTOMERS, MAY_FALL, readCounters } from './counters.js';
import { Documents } from './documents.js';
import { SapMisconfigured } from './errors.js';
import { buildMasters, type Masters } from './masters.js';
import { allOf, type Dialect } from './odata.js';
import type { SapRecord } from './records.js';
import { type JournalRow, PartnerRow, TermsRow } from './rows.js';
import { ServiceLayer } from './service-layer.js';
import { SapSettings, type SapSettingsInput } from './settings.js';
import { type Walk, walk } from './walk.js';

/**
 * Reads a company of SAP Business One over its Service Layer. Two requests at most are under way; what is handed on
 * was counted by SAP and came whole, page by page.
 */
export function createSapSource(input: SapSettingsInput): Required<Source<SapRecord, Masters>> {
  const parsed = SapSettings.safeParse(input);
  if (parsed.success) return new SapSource(parsed.data);
  const [issue] = parsed.error.issues;
  throw new SapMisconfigured(
    'SETTINGS_INVALID',
    `The settings of SAP Business One are wrong at ${issue!.path.join('.') || 'their top'}: ${issue!.message}.`,
  );
}

class SapSource implements Required<Source<SapRecord, Masters>> {
  readonly erpType = 'sap_b1' as const;
  readonly mayFall = MAY_FALL;
  readonly #layer: ServiceLayer;
  #documents: Documents | null = null;
  #counters: Counters | null = null;

  constructor(private readonly settings: SapSettings) {
    this.#layer = new ServiceLayer(settings);
  }

  get cost(): ReadingCost {
    return this.#layer.cost;
  }

  async probe(): Promise<Probe> {
    const { version } = await this.#layer.dialect();
    this.#counters = await readCounters(this.#layer, this.settings.timeZone);
    const { companyDb } = this.settings;
    return {
      company: { name: companyDb, id: companyDb, booksFrom: await this.#firstDay() },
      counters: this.#counters,
      reading: `Service Layer ${version}`,
    };
  }

  plan(period: Period, by: 'month' | 'whole'): Period[] {
    return windowsOf(period, by, this.settings.earliestDate);
  }

  async masters(): Promise<Masters> {
    const { signal } = new AbortController();
    const readAtMs = Date.now();
    const terms = await this.#all(
      { entity: 'PaymentTermsTypes', key: 'GroupNumber', filter: null, schema: TermsRow },
      signal,
    );
    const customers = await this.#all(
      { entity: 'BusinessPartners', key: 'CardCode', filter: CUSTOMERS, schema: PartnerRow },
      signal,
    );
    const openings: JournalRow[] = [];
    const { documents } = await this.#reading();
    for await (const record of documents.openings(null, signal))
      if (record.kind === 'journal') openings.push(record.row);
    return buildMasters({ customers, terms, openings, readAtMs }, this.settings);
  }

  /**
   * Kind by kind, and once more what changed meanwhile: an invoice that was read and then cancelled would otherwise
   * stand beside the cancellation that was read later.
   */
  async *read(window: Period, signal: AbortSignal): AsyncIterable<SapRecord> {
    const days = notBefore(window, this.settings.earliestDate);
    if (days === null) return;
    const { documents, dialect } = await this.#reading();
    const before = this.#counters ?? (await readCounters(this.#layer, this.settings.timeZone));
    const byDocDate = dated(dialect, 'DocDate', days);
    yield* documents.invoices(byDocDate, signal);
    yield* documents.creditNotes(byDocDate, signal);
    yield* documents.incomingPayments(byDocDate, signal);
    yield* documents.vendorPayments(byDocDate, signal);
    yield* documents.journals(dated(dialect, 'ReferenceDate', days), signal);
    const meanwhile = (stamp: number): string => allOf(byDocDate, changedSince(dialect, stamp, null));
    yield* documents.invoices(meanwhile(before.invoicesUpdated), signal);
    yield* documents.creditNotes(meanwhile(before.creditNotesUpdated), signal);
  }

  async *readChanged(
    period: Period,
    since: Record<string, number>,
    masters: Masters,
    signal: AbortSignal,
  ): AsyncIterable<SapRecord> {
    const days = notBefore(period, this.settings.earliestDate);
    if (days === null) return;
    const { documents, dialect } = await this.#reading();
    yield* changedThemselves(documents, dialect, days, since, signal);
    // Where no counters are known all has been read already.
    const cardCodes = since.masters === undefined ? null : masters.changedSince(since);
    if (cardCodes !== null && cardCodes.size > 0) yield* ofCustomers(documents, dialect, days, cardCodes, signal);
  }

  keyPrefix({ companyDb }: Masters): string {
    return companyPrefix(companyDb);
  }

  /** What is posted in SAP can be cancelled, and is then marked so; it cannot be deleted. */
  async withdrawn(): Promise<DraftDocument[]> {
    return [];
  }

  async *readAgain(
    documents: readonly QuarantinedDocument[],
    _masters: Masters,
    signal: AbortSignal,
  ): AsyncIterable<SapRecord> {
    const { documents: reading, dialect } = await this.#reading();
    yield* byKeys(
      reading,
      this.#allowed(dialect),
      documents.map(({ docKey }) => partsOfKey(docKey)),
      signal,
    );
  }

  async *find(id: string, { companyDb }: Masters, signal: AbortSignal): AsyncIterable<SapRecord> {
    const { documents, dialect } = await this.#reading();
    const allowed = this.#allowed(dialect);
    if (id.startsWith(companyPrefix(companyDb))) yield* byKeys(documents, allowed, [partsOfKey(id)], signal);
    else yield* byNumber(documents, allowed, id, signal);
  }

  toCanonical(record: SapRecord, masters: Masters): DraftDocument {
    return documentOf(record, masters, this.settings);
  }

  *openingDocuments(masters: Masters): Iterable<DraftDocument> {
    const { openings, readAtMs } = masters;
    for (const row of openings) yield documentOf({ kind: 'journal', row, readAtMs }, masters, this.settings);
  }

  /** A payment by the day its money counts from, which is another than its own where a cheque is post-dated. */
  async *readFigures(window: Period, signal: AbortSignal): AsyncIterable<SapRecord> {
    const { earliestDate } = this.settings;
    const days = notBefore(window, earliestDate);
    if (days === null) return;
    const { documents, dialect } = await this.#reading();
    const byDocDate = dated(dialect, 'DocDate', days);
    yield* documents.invoices(byDocDate, signal);
    yield* documents.creditNotes(byDocDate, signal);
    const received = notBefore({ from: addDays(days.from, -MAX_POST_DATED_DAYS), to: days.to }, earliestDate)!;
    yield* documents.incomingPayments(dated(dialect, 'DocDate', received), signal, (row) => {
      const day = paidOn(row) ?? '';
      return day >= days.from && day <= days.to;
    });
    yield* documents.vendorPayments(byDocDate, signal);
    yield* documents.journals(dated(dialect, 'ReferenceDate', days), signal);
  }

  /** SAP takes a cheque off a customer's balance when it is received, not when it can be cashed. */
  async closingBalances(): Promise<null> {
    return null;
  }

  close(): Promise<void> {
    return this.#layer.close();
  }

  async #reading(): Promise<{ documents: Documents; dialect: Dialect }> {
    const dialect = await this.#layer.dialect();
    this.#documents ??= new Documents(this.#layer, this.#allowed(dialect), this.settings.adjustments);
    return { documents: this.#documents, dialect };
  }

  /** Condition that keeps days before the earliest allowed out of an answer. */
  #allowed(dialect: Dialect): (dateField: string) => string | null {
    const { earliestDate } = this.settings;
    return (field) => (earliestDate === null ? null : `${field} ge ${dialect.day(earliestDate)}`);
  }

  /** The earliest posting; in books without any, a day on which nothing is believed to have happened. */
  async #firstDay(): Promise<string> {
    const { rows } = await this.#layer.page('JournalEntries', {
      select: ['ReferenceDate'],
      orderBy: 'ReferenceDate',
      top: 1,
    });
    const { ReferenceDate: day } = (rows[0] ?? {}) as Record<string, unknown>;
    return typeof day === 'string' ? day.slice(0, 10) : EARLIEST_DATE;
  }

  async #all<Row extends object>(question: Walk<Row>, signal: AbortSignal): Promise<Row[]> {
    const all: Row[] = [];
    for await (const rows of walk(this.#layer, question, signal)) all.push(...rows);
    return all;
  }
}
