import { z } from 'zod';
import { QuarantineCode } from './quarantine.js';
import { CanonicalDocument, Version } from './records.js';
import { KindCounts } from './run-proof.js';

/** The wire between the premises and the platform (DESIGN: Contracts). Both sides validate with these schemas. */

export const SCHEMA_VERSION = 1;
export const MAX_RECORDS_PER_BATCH = 1_000;
export const MAX_BODY_BYTES = 8 * 1024 * 1024;
export const MAX_PAYLOAD_BYTES = 64 * 1024 * 1024;

export const DistributorId = z
  .string()
  .regex(/^dist_[a-z0-9]{4,32}$/, 'expected dist_ followed by 4 to 32 letters or digits');
export const BatchId = z
  .string()
  .regex(/^bat_[A-Za-z0-9_-]{4,60}$/, 'expected bat_ followed by 4 to 60 letters, digits, - or _');
export const SyncId = z
  .string()
  .regex(/^syn_[A-Za-z0-9_-]{4,60}$/, 'expected syn_ followed by 4 to 60 letters, digits, - or _');
const count = z.number().int().min(0);

/** Records, by type. */
export const RecordCounts = z.strictObject({ invoice: count, payment: count, return: count, adjustment: count });
export type RecordCounts = z.infer<typeof RecordCounts>;
export const QuarantineCounts = z.partialRecord(QuarantineCode, count);
export type QuarantineCounts = z.infer<typeof QuarantineCounts>;

export const BatchPayload = z.strictObject({ documents: z.array(CanonicalDocument).max(MAX_RECORDS_PER_BATCH) });
export type BatchPayload = z.infer<typeof BatchPayload>;

export const BatchBody = z.strictObject({
  distributor_id: DistributorId,
  /** One window of one attempt. */
  sync_id: SyncId,
  batch_id: BatchId,
  /** `n/total` within the sync_id. */
  batch_seq: z.string().regex(/^[1-9]\d{0,5}\/[1-9]\d{0,5}$/, 'expected n/total, such as 1/3'),
  schema_version: z.literal(SCHEMA_VERSION),
  sync_from: z.iso.date(),
  sync_to: z.iso.date(),
  counts: RecordCounts,
  quarantine: z.strictObject({ by_code: QuarantineCounts }),
  /** Compact JWE (ECDH-ES, A256GCM) to the platform's P-256 key, over gzipped JSON of `BatchPayload`. */
  payload: z.string().min(1),
});
export type BatchBody = z.infer<typeof BatchBody>;

/** Counted in records, where a void counts as nothing; `by_kind` the same, with voids counted in documents. */
export const BatchResult = z.strictObject({
  batch_id: BatchId,
  accepted: count,
  duplicates: count,
  stale: count,
  rejected: count,
  by_kind: z.strictObject({ accepted: KindCounts, duplicates: KindCounts, stale: KindCounts, rejected: KindCounts }),
});
export type BatchResult = z.infer<typeof BatchResult>;

export const KnownRequest = z.strictObject({
  distributor_id: DistributorId,
  sync_id: SyncId,
  documents: z
    .array(
      z.strictObject({
        doc_key: z.string().min(1).max(250),
        version: Version,
        digest: z.string().length(43),
        records: count,
        /** Whether some of its records were quarantined. */
        quarantined: z.boolean().default(false),
      }),
    )
    .max(50_000),
});
export type KnownRequest = z.infer<typeof KnownRequest>;
/**
 * One verdict a document, in the order asked. `known`: equal to the current, unvoided version, or a void of what was
 * never there. `stale`: an older version than the one that stands.
 */
export const KNOWN_VERDICTS = ['new', 'changed', 'known', 'stale', 'suppressed'] as const;
export const KnownResponse = z.strictObject({ verdicts: z.array(z.enum(KNOWN_VERDICTS)) });
export type KnownResponse = z.infer<typeof KnownResponse>;

/** Keys in pages, `after` the last one of the page before, '' for the first. */
export const StandingRequest = z.strictObject({
  distributor_id: DistributorId,
  prefix: z.string().min(1).max(250),
  after: z.string().max(250),
  /** Only the documents of which something is quarantined. */
  quarantined: z.boolean().default(false),
});
export type StandingRequest = z.infer<typeof StandingRequest>;
/**
 * Documents of which records stand, held or published, or are quarantined, in the order of their keys. `next` is null on
 * the last page.
 */
export const StandingResponse = z.strictObject({
  documents: z.array(
    z.strictObject({
      doc_key: z.string(),
      version: Version,
      /** The rules that keep records of it back; `INVOICE_QUARANTINED` where a payment of it waits for its invoice. */
      quarantined: z.array(QuarantineCode),
      /** Day of a document of which something is quarantined, where its source told one. */
      day: z.iso.date().nullable(),
    }),
  ),
  next: z.string().nullable(),
});
export type StandingResponse = z.infer<typeof StandingResponse>;

/** What the platform holds of some months, for the connector to compare with its ERP. Paise, so that sums are exact. */
export const FiguresRequest = z.strictObject({
  distributor_id: DistributorId,
  /** Documents whose keys begin so. */
  prefix: z.string().min(1).max(250),
  /** Records dated within these days, both included, the openings apart. */
  from: z.iso.date(),
  to: z.iso.date(),
  /** Also what stood open when the books began, whatever its date. */
  opening: z.boolean(),
});
export type FiguresRequest = z.infer<typeof FiguresRequest>;
const sum = z.strictObject({ count, paise: z.number().int() });
/** Held and published, reversed payments and what reversed them included. Months of which nothing is held are absent. */
export const FiguresResponse = z.strictObject({
  months: z.array(
    z.strictObject({
      /** `2026-04`, or `opening`. */
      month: z.string(),
      types: z.strictObject({ invoice: sum, payment: sum, return: sum, adjustment: sum }),
      parties: z.array(z.strictObject({ party_key: z.string(), paise: z.number().int() })),
    }),
  ),
  /** Of the last publication that moved the watermark; null before the first. */
  counters: z.record(z.string(), z.number().int()).nullable(),
});
export type FiguresResponse = z.infer<typeof FiguresResponse>;

/** What the ERP and the platform's clock stood at when the run's first read began. */
export const Watermark = z.strictObject({
  /** Platform's time before the first read. */
  last_sync_at: z.iso.datetime(),
  /** The ERP's counters at that time; Tally: ALTVCHID and ALTMSTID of the pinned company. */
  counters: z.record(z.string(), z.number().int()),
  /** How often a person has set the watermark; what an older epoch publishes does not move it. */
  epoch: z.number().int().min(0).optional(),
});
export type Watermark = z.infer<typeof Watermark>;

export const PublishRequest = z.strictObject({
  distributor_id: DistributorId,
  sync_ids: z.array(SyncId).min(1).max(500),
  /**
   * Of all the sets together; what the platform holds must add up to the same. `known` are the documents that were not
   * sent because the platform said it has them: a platform restored from a backup meanwhile has forgotten saying so.
   */
  counts: z.strictObject({ batches: count, documents: count, records: RecordCounts, known: count }),
  /** Null for a backfill's window: a backfill does not move the watermark. */
  watermark: Watermark.nullable(),
});
export type PublishRequest = z.infer<typeof PublishRequest>;
export const PublishResult = z.strictObject({
  /** Documents that became current (`published` or, before consent, `held`), and how the rest was resolved. */
  applied: count,
  duplicates: count,
  stale: count,
  voided: count,
  visibility: z.enum(['published', 'held']),
  published_through: z.iso.datetime().nullable(),
});
export type PublishResult = z.infer<typeof PublishResult>;

/** Runs the whole chain of checks on no data. */
export const PingRequest = z.strictObject({ distributor_id: DistributorId });
export type PingRequest = z.infer<typeof PingRequest>;
export const PingResult = z.strictObject({
  distributor_id: DistributorId,
  checked: z.array(z.string()),
  server_time: z.iso.datetime(),
});
export type PingResult = z.infer<typeof PingResult>;

/** RFC 9457, as every error of the API is answered. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  code: z.string(),
  detail: z.string(),
  faults: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;

/** Headers of a signed request; the signature is over `{batch_id}.{created_at}.{raw body}`. */
export const SIGNED_HEADERS = {
  apiKey: 'x-api-key',
  batchId: 'x-batch-id',
  createdAt: 'x-created-at',
  signature: 'x-signature',
} as const;
export const MAX_AGE_HOURS = 48;
export const MAX_AHEAD_MINUTES = 5;
