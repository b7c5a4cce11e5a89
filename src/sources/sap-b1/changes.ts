import { addDays } from '../../canonical/calendar.js';
import { MAX_POST_DATED_DAYS } from '../../canonical/rules.js';
import type { Period } from '../source.js';
import type { Documents } from './documents.js';
import { allOf, anyOf, type Dialect, textLiteral } from './odata.js';
import type { SapRecord } from './records.js';
import { dayAndMinute, type StampSeconds } from './stamps.js';

/** Filters know hours and minutes only, and the stamps of one minute come in any order. */
const OVERLAP_SECONDS = 120;
/** Card codes asked for in one filter, and at most by filters; of more everything is looked at. */
const CARDS_AT_ONCE = 20;
const MOST_BY_FILTER = 100;

/** Documents whose stamp is not older, or which are newer than a key. */
export function changedSince(dialect: Dialect, stamp: StampSeconds, key: number | null): string {
  const { day, minute } = dayAndMinute(Math.max(0, stamp - OVERLAP_SECONDS));
  const literal = dialect.day(day);
  return [
    `UpdateDate gt ${literal}`,
    `(UpdateDate eq ${literal} and UpdateTime ge ${textLiteral(minute)})`,
    ...(key === null ? [] : [`DocEntry gt ${key}`]),
  ].join(' or ');
}

/** Everything dated within some days; a condition on the field that holds the document's day. */
export const dated = (dialect: Dialect, field: string, { from, to }: Period): string =>
  `${field} ge ${dialect.day(from)} and ${field} le ${dialect.day(to)}`;

/**
 * Documents of a period that changed by themselves. Invoices and credit notes say when; payments do not: new ones have
 * higher keys, cancelled ones are all looked at, and so are those of as many days as a cheque may be post-dated, since
 * the day of a cheque may have come.
 */
export async function* changedThemselves(
  documents: Documents,
  dialect: Dialect,
  period: Period,
  since: Record<string, number>,
  signal: AbortSignal,
): AsyncIterable<SapRecord> {
  const byDocDate = dated(dialect, 'DocDate', period);
  const stamped = (stamp = 0, key = 0): string => allOf(byDocDate, changedSince(dialect, stamp, key));
  yield* documents.invoices(stamped(since.invoicesUpdated, since.invoices), signal);
  yield* documents.creditNotes(stamped(since.creditNotesUpdated, since.creditNotes), signal);

  const newestPayment = since.incomingPayments ?? 0;
  const firstPostDated = addDays(period.to, -MAX_POST_DATED_DAYS);
  const payments = [
    `DocEntry gt ${newestPayment}`,
    `DocDate ge ${dialect.day(firstPostDated)}`,
    `Cancelled eq ${textLiteral('tYES')}`,
  ];
  yield* documents.incomingPayments(
    allOf(byDocDate, payments.join(' or ')),
    signal,
    ({ DocEntry, Cancelled, PaymentChecks }) =>
      DocEntry > newestPayment ||
      Cancelled === 'tYES' ||
      PaymentChecks.some(({ DueDate }) => DueDate !== null && DueDate > period.to),
  );
  const refunds = [`DocEntry gt ${since.vendorPayments ?? 0}`, `Cancelled eq ${textLiteral('tYES')}`];
  yield* documents.vendorPayments(allOf(byDocDate, refunds.join(' or ')), signal);
  const newer = `JdtNum gt ${since.journals ?? 0}`;
  yield* documents.journals(allOf(dated(dialect, 'ReferenceDate', period), newer), signal);
  // A balance from before the books that was entered late: of whatever day, masters read before do not hold it.
  yield* documents.openings(newer, signal);
}

/** Every document of a period that names one of these customers. */
export async function* ofCustomers(
  documents: Documents,
  dialect: Dialect,
  period: Period,
  cardCodes: ReadonlySet<string>,
  signal: AbortSignal,
): AsyncIterable<SapRecord> {
  const byDocDate = dated(dialect, 'DocDate', period);
  const filters =
    cardCodes.size > MOST_BY_FILTER
      ? [byDocDate]
      : chunks([...cardCodes], CARDS_AT_ONCE).map((some) => allOf(byDocDate, anyOf('CardCode', some.map(textLiteral))));
  for (const filter of filters) {
    for (const read of [
      documents.invoices(filter, signal),
      documents.creditNotes(filter, signal),
      documents.incomingPayments(filter, signal),
      documents.vendorPayments(filter, signal),
    ])
      for await (const record of read)
        if (record.kind !== 'journal' && cardCodes.has(record.row.CardCode)) yield record;
  }
  // Lines cannot be filtered by.
  for await (const record of documents.journals(dated(dialect, 'ReferenceDate', period), signal))
    if (record.kind === 'journal' && record.row.JournalEntryLines.some(({ ShortName }) => cardCodes.has(ShortName)))
      yield record;
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
