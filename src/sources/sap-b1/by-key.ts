import type { DocumentKind } from './canonical/keys.js';
import type { Documents } from './documents.js';
import { allOf, anyOf } from './odata.js';
import type { SapRecord } from './records.js';

/** Keys asked for in one filter. */
const ASKED_AT_ONCE = 40;
type Allowed = (dateField: string) => string | null;

/** Documents of these keys, of whatever day; balances from before the books are left to the masters. */
export async function* byKeys(
  documents: Documents,
  allowed: Allowed,
  wanted: readonly ({ kind: DocumentKind; entry: number } | null)[],
  signal: AbortSignal,
): AsyncIterable<SapRecord> {
  for (const kind of KINDS) {
    const entries = wanted.flatMap((one) => (one?.kind === kind ? [String(one.entry)] : []));
    for (let start = 0; start < entries.length; start += ASKED_AT_ONCE) {
      const some = entries.slice(start, start + ASKED_AT_ONCE);
      yield* ofKind(documents, kind, allowed, (key) => anyOf(key, some), signal);
    }
  }
}

/** Documents that bear a number for people; nothing for what is no number. */
export async function* byNumber(
  documents: Documents,
  allowed: Allowed,
  number: string,
  signal: AbortSignal,
): AsyncIterable<SapRecord> {
  if (!/^\d{1,10}$/.test(number)) return;
  for (const kind of KINDS)
    yield* ofKind(documents, kind, allowed, (_key, numberField) => anyOf(numberField, [number]), signal);
}

const KINDS: DocumentKind[] = ['invoice', 'creditNote', 'incomingPayment', 'vendorPayment', 'journal'];

function ofKind(
  documents: Documents,
  kind: DocumentKind,
  allowed: Allowed,
  condition: (keyField: string, numberField: string) => string,
  signal: AbortSignal,
): AsyncIterable<SapRecord> {
  const filter = allOf(condition('DocEntry', 'DocNum'), allowed('DocDate'));
  switch (kind) {
    case 'invoice':
      return documents.invoices(filter, signal);
    case 'creditNote':
      return documents.creditNotes(filter, signal);
    case 'incomingPayment':
      return documents.incomingPayments(filter, signal);
    case 'vendorPayment':
      return documents.vendorPayments(filter, signal);
    case 'journal':
      return documents.journals(allOf(condition('JdtNum', 'Number'), allowed('ReferenceDate')), signal);
  }
}
