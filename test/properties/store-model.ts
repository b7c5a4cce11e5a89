import type {
  KnownRequest,
  KnownResponse,
  StandingRequest,
  StandingResponse,
  Watermark,
} from '../../src/canonical/contract.js';
import type { Bill, CanonicalDocument, CanonicalRecord, Version } from '../../src/canonical/records.js';

type Asked = KnownRequest['documents'][number];

const isOlder = (one: Version, than: Version): boolean =>
  one.epoch === than.epoch ? one.sequence < than.sequence : one.epoch < than.epoch;

const keyOf = (partyKey: string, { name, date }: Bill): string => JSON.stringify([partyKey, name, date]);
const waits = (record: CanonicalRecord, waitedFor: ReadonlySet<string>): boolean =>
  record.type === 'payment' && record.bill !== null && waitedFor.has(keyOf(record.party_key, record.bill));

/** What the store's SQL says of documents (store/known.ts, store/publish.ts), as a map. */
export class StoreModel {
  watermark: Watermark | null = null;

  constructor(private readonly documents = new Map<string, CanonicalDocument>()) {}

  copy(): StoreModel {
    const copy = new StoreModel(new Map(this.documents));
    copy.watermark = this.watermark;
    return copy;
  }

  /** Payments that wait for a quarantined invoice are left out, as the view `waiting_payments` says. */
  standing(): CanonicalRecord[] {
    const waitedFor = this.billsWaitedFor();
    return [...this.documents.values()].flatMap(({ records }) => records.filter((record) => !waits(record, waitedFor)));
  }

  keysAndVersions({ quarantined: only }: Pick<StandingRequest, 'quarantined'>): StandingResponse['documents'] {
    const waitedFor = this.billsWaitedFor();
    return [...this.documents.values()]
      .map(({ doc_key, version, records, quarantined }) => {
        const waiting = records.find((record) => waits(record, waitedFor));
        const codes = [...(quarantined?.codes ?? []), ...(waiting ? (['INVOICE_QUARANTINED'] as const) : [])];
        const paidOn = waiting?.type === 'payment' ? waiting.paid_date : null;
        const document = { doc_key, version, quarantined: codes, day: quarantined?.day ?? paidOn };
        return { document, stands: records.length > 0 };
      })
      .filter(({ document, stands }) => document.quarantined.length > 0 || (stands && !only))
      .map(({ document }) => document);
  }

  private billsWaitedFor(): ReadonlySet<string> {
    const all = [...this.documents.values()];
    const bills = new Set(
      all.flatMap(({ quarantined }) => quarantined?.bills ?? []).map((bill) => keyOf(bill.party_key, bill)),
    );
    for (const { records } of all)
      for (const record of records)
        if (record.type === 'invoice') for (const bill of record.bills) bills.delete(keyOf(record.party_key, bill));
    return bills;
  }

  /** Remembers, as publication would, the versions of what is known. */
  known(asked: Asked[]): KnownResponse['verdicts'] {
    return asked.map(({ doc_key, version, digest, records, quarantined }) => {
      const stands = this.documents.get(doc_key);
      if (!stands) return records === 0 && !quarantined ? 'known' : 'new';
      if (isOlder(version, stands.version)) return 'stale';
      const same = stands.digest === digest && (records === 0) === (stands.records.length === 0);
      if (!same) return 'changed';
      this.documents.set(doc_key, { ...stands, version });
      return 'known';
    });
  }

  /** A document replaces what stood under its key, unless that is newer. */
  publish(documents: CanonicalDocument[]): void {
    for (const document of documents) {
      const stands = this.documents.get(document.doc_key);
      if (!stands || !isOlder(document.version, stands.version)) this.documents.set(document.doc_key, document);
    }
  }
}
