import {
  MAX_RECORDS_PER_BATCH,
  type QuarantineCounts,
  type RecordCounts,
  SCHEMA_VERSION,
} from '../../canonical/contract.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { CanonicalDocument } from '../../canonical/records.js';
import { type Judged, judge, type QuarantinedDraft } from '../../canonical/rules.js';
import { emptyReadAccount, type KindCounts, type ReadAccount } from '../../canonical/run-proof.js';
import { addInto, emptyRecordCounts } from '../../canonical/run-report.js';
import { DEFAULT_MAX_BYTES, planBatches } from '../../delivery/batches.js';
import { sealPayload } from '../../delivery/seal.js';
import { newBatchId, signRequest } from '../../delivery/sign.js';
import { IncompleteAnswer } from '../../sources/errors.js';
import type { ConnectorDesk } from './desk.js';
import { WindowNotHeld } from './errors.js';
import type { HeldWindow, PlannedBatch } from './held-windows.js';
import type { NormaliseAnswer, WindowConnectorTasks } from './tasks.js';

/** How many documents are asked about in one question to the platform. */
const KNOWN_CHUNK = 10_000;

/** The tasks that only the process holding the window can do. */
export function windowTasks(desk: ConnectorDesk): WindowConnectorTasks {
  const { held, settings, platform } = desk;

  return {
    async normalise({ syncId }) {
      const window = held.get(syncId);
      const { judged, ignored, rows, account } = judgeWithin(window);
      const { toSend, known, knownDocuments, suppressed } = await withoutKnown(
        syncId,
        judged.map(({ document }) => document),
        account,
      );
      // What a delta meets again, quarantined as the platform knows it, was counted and logged when it was new.
      const sent = new Set(toSend);
      const news = window.changedSince === null ? judged : judged.filter(({ document }) => sent.has(document));
      const quarantined = news.flatMap((one) => one.quarantined);
      const quarantinedByCode: QuarantineCounts = {};
      for (const { code } of quarantined) addInto(quarantinedByCode, { [code]: 1 });
      window.rows = [];
      window.batches = planBatches(toSend, {
        maxRecords: Math.min(settings.sync.maxRecordsPerBatch, MAX_RECORDS_PER_BATCH),
        maxBytes: DEFAULT_MAX_BYTES,
      }).map((documents) => ({ batchId: newBatchId(), documents, signed: null }));
      window.quarantined = quarantinedByCode;
      await desk.quarantineLog.append(window.batches[0]?.batchId ?? syncId, quarantined);

      const records = emptyRecordCounts();
      for (const document of toSend) countRecords(document, records);
      for (const { documents } of window.batches) for (const document of documents) countInto(account.sent, document);
      return {
        batches: window.batches.length,
        documents: toSend.length,
        records,
        known,
        knownDocuments,
        suppressed,
        voids: toSend.filter(({ records, quarantined: mark }) => records.length === 0 && mark === null).length,
        quarantined: quarantinedByCode,
        ignored,
        rows,
        account,
      } satisfies NormaliseAnswer;
    },

    async sign({ syncId, index }) {
      const window = held.get(syncId);
      const batch = batchAt(window, index);
      batch.signed ??= signRequest(batch.batchId, await bodyOf(window, index), desk.secrets.hmacSecret);
      return { batchId: batch.batchId, records: sizeOf(batch) };
    },

    async post({ syncId, index }) {
      const batch = batchAt(held.get(syncId), index);
      if (!batch.signed) throw new WindowNotHeld(syncId);
      const { accepted, duplicates, stale, rejected, by_kind } = await platform.sendBatch(batch.signed);
      // What the platform has is no longer needed here; the batch's id stays for the run's report.
      batch.documents = [];
      desk.lastBatchId = batch.batchId;
      return { accepted, duplicates, stale, rejected, account: by_kind };
    },

    async release({ syncId }) {
      held.release(syncId);
    },
  };

  /** Masters that were read before a ledger was made do not know it: the window is then read again, masters and all. */
  function judgeWithin(window: HeldWindow) {
    try {
      return judgeAll(window);
    } catch (error) {
      if (!(error instanceof IncompleteAnswer)) throw error;
      held.release(window.syncId);
      throw new WindowNotHeld(window.syncId);
    }
  }

  function judgeAll(window: HeldWindow) {
    const rules = desk.rules();
    // A document that moved between two reads of one window came twice: the newer reading counts.
    const newest = new Map<string, Judged & { draft: DraftDocument }>();
    const ignored: Record<string, number> = {};
    let rows = 0;
    const take = (made: DraftDocument): void => {
      const draft = { ...made, version: { ...made.version, epoch: window.epoch } };
      const other = newest.get(draft.docKey);
      if (other && other.document.version.sequence >= draft.version.sequence) return;
      newest.set(draft.docKey, { ...judge(draft, rules), draft });
      if (draft.ignored) addInto(ignored, { [draft.ignored]: 1 });
    };
    if (window.withOpening) for (const draft of desk.source.openingDocuments(window.masters)) take(draft);
    for (const row of window.rows) {
      take(desk.source.toCanonical(row, window.masters));
      rows += 1;
    }
    for (const draft of window.withdrawn) take(draft);
    const judged = [...newest.values()];
    const account = emptyReadAccount();
    for (const { draft, quarantined } of judged) {
      countRead(account.read, draft, quarantined);
      for (const { recordType } of quarantined) account.quarantined[recordType] += 1;
    }
    return { judged, ignored, rows, account };
  }

  /** Over the overlap only new and changed documents travel; what the retailer refused never does. */
  async function withoutKnown(syncId: string, documents: CanonicalDocument[], account: ReadAccount) {
    const toSend: CanonicalDocument[] = [];
    let known = 0;
    let knownDocuments = 0;
    let suppressed = 0;
    for (let start = 0; start < documents.length; start += KNOWN_CHUNK) {
      const chunk = documents.slice(start, start + KNOWN_CHUNK);
      const { verdicts } = await platform.known({
        distributor_id: settings.distributorId,
        sync_id: syncId,
        documents: chunk.map(({ doc_key, version, digest, records, quarantined }) => ({
          doc_key,
          version,
          digest,
          records: records.length,
          quarantined: quarantined !== null,
        })),
      });
      chunk.forEach((document, index) => {
        const verdict = verdicts[index];
        if (verdict === 'known' || verdict === 'suppressed') countInto(account[verdict], document);
        if (verdict === 'known') {
          known += document.records.length;
          knownDocuments += 1;
        } else if (verdict === 'suppressed') suppressed += document.records.length;
        else toSend.push(document);
      });
    }
    return { toSend, known, knownDocuments, suppressed };
  }

  async function bodyOf(window: HeldWindow, index: number): Promise<object> {
    const batch = batchAt(window, index);
    const counts = emptyRecordCounts();
    for (const document of batch.documents) countRecords(document, counts);
    return {
      distributor_id: settings.distributorId,
      sync_id: window.syncId,
      batch_id: batch.batchId,
      batch_seq: `${index + 1}/${window.batches.length}`,
      schema_version: SCHEMA_VERSION,
      sync_from: window.period.from,
      sync_to: window.period.to,
      counts,
      // Said once a window, so that the platform's sum over batches is the window's.
      quarantine: { by_code: index === 0 ? window.quarantined : {} },
      payload: await sealPayload({ documents: batch.documents }, desk.platformKey),
    };
  }
}

function batchAt(window: HeldWindow, index: number): PlannedBatch {
  const batch = window.batches[index];
  if (!batch) throw new WindowNotHeld(window.syncId);
  return batch;
}

const sizeOf = (batch: PlannedBatch): number =>
  batch.documents.reduce((sum, document) => sum + document.records.length, 0);

function countRecords(document: CanonicalDocument, counts: RecordCounts): void {
  for (const record of document.records) counts[record.type] += 1;
}

/** By what was read, not by what it became: so a record that gets lost on the way is missed. */
function countRead(counts: KindCounts, { drafts, fault }: DraftDocument, quarantined: QuarantinedDraft[]): void {
  for (const { type } of drafts) counts[type] += 1;
  if (fault && drafts.length === 0) counts[fault.recordType] += 1;
  if (quarantined.length >= drafts.length) counts.void += 1;
}

function countInto(counts: KindCounts, { records }: CanonicalDocument): void {
  for (const { type } of records) counts[type] += 1;
  if (records.length === 0) counts.void += 1;
}
