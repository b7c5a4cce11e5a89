import type { KnownRequest, KnownResponse, Watermark } from '../../src/canonical/contract.js';
import type { CanonicalDocument, CanonicalRecord, Version } from '../../src/canonical/records.js';

type Asked = KnownRequest['documents'][number];

const isOlder = (one: Version, than: Version): boolean =>
  one.epoch === than.epoch ? one.sequence < than.sequence : one.epoch < than.epoch;

/** What the store's SQL says of documents (store/known.ts, store/publish.ts), as a map. */
export class StoreModel {
  watermark: Watermark | null = null;

  constructor(private readonly documents = new Map<string, CanonicalDocument>()) {}

  copy(): StoreModel {
    const copy = new StoreModel(new Map(this.documents));
    copy.watermark = this.watermark;
    return copy;
  }

  standing(): CanonicalRecord[] {
    return [...this.documents.values()].flatMap(({ records }) => records);
  }

  keysAndVersions(): { doc_key: string; version: Version }[] {
    return [...this.documents.values()]
      .filter(({ records }) => records.length > 0)
      .map(({ doc_key, version }) => ({ doc_key, version }));
  }

  /** Remembers, as publication would, the versions of what is known. */
  known(asked: Asked[]): KnownResponse['verdicts'] {
    return asked.map(({ doc_key, version, digest, records }) => {
      const stands = this.documents.get(doc_key);
      if (!stands) return records === 0 ? 'known' : 'new';
      if (isOlder(version, stands.version)) return 'stale';
      const same = records === 0 ? stands.records.length === 0 : stands.digest === digest && stands.records.length > 0;
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
