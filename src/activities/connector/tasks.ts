import type { PublishRequest, PublishResult, QuarantineCounts, RecordCounts } from '../../canonical/contract.js';
import type { BalanceCheck, MonthDifference } from '../../canonical/reconciliation.js';
import type { ReadAccount, SentAccount } from '../../canonical/run-proof.js';
import type { Window } from '../../canonical/window.js';

/**
 * What the platform may ask of a connector. A task says when and which period; host, company, field lists, earliest
 * date and exclusions stand in the distributor's own YAML, and nothing here can widen them. Rows never cross this
 * border: answers are ids, counts and the ERP's own counters.
 */
export const CONNECTOR_PROTOCOL = 1;

export interface ProbeTask {
  distributorId: string;
  /** Days asked for; null only looks. */
  period: { from: string; to: string } | null;
  by: 'month' | 'whole';
  /** The books pinned when the connector was tested; null before that. */
  companyId: string | null;
  /** Where the ERP's counters stood when it was last read; lower ones are refused as COMPANY_REWOUND. */
  knownCounters: Record<string, number> | null;
}
export interface ProbeAnswer {
  protocol: number;
  companyId: string;
  booksFrom: string;
  counters: Record<string, number>;
  reading: string;
  /** Windows to read, oldest first; already inside what the YAML allows. */
  windows: Array<{ from: string; to: string }>;
}

export interface ConnectionReport {
  ok: boolean;
  checks: Array<{ name: string; ok: boolean; detail: string }>;
  companyId: string | null;
}

export interface ExtractTask extends Window {
  distributorId: string;
  syncId: string;
  companyId: string;
  /** The counters a delta starts from; null in a backfill. */
  changedSince: Record<string, number> | null;
  /** Of the versions of what is read: higher after the books were restored from a backup. */
  epoch: number;
}
export interface ExtractAnswer {
  /** `connector-<id>/<one per process start>`: the only queue where this window can be finished. */
  queue: string;
  protocol: number;
  rows: number;
  requests: number;
  bytes: number;
  longestRequestMs: number;
}

export interface NormaliseTask {
  distributorId: string;
  syncId: string;
}
/** Counts in records; `known` records were not sent because the platform holds them already. */
export interface NormaliseAnswer {
  batches: number;
  documents: number;
  records: RecordCounts;
  known: number;
  knownDocuments: number;
  suppressed: number;
  voids: number;
  quarantined: QuarantineCounts;
  ignored: Record<string, number>;
  /** Rows of the ERP that were understood; those `extract` read. */
  rows: number;
  account: ReadAccount;
}

export interface BatchTask {
  syncId: string;
  index: number;
}
export type PostAnswer = {
  accepted: number;
  duplicates: number;
  stale: number;
  rejected: number;
  account: SentAccount;
};

export interface CompareTask {
  distributorId: string;
  companyId: string;
  period: { from: string; to: string };
  /** Of the period, `2026-04` or `opening`; null: all of them, and the debtors' closing balances. */
  months: string[] | null;
}
/** Counts and months only; sums and parties stay where they were compared. */
export interface CompareAnswer {
  months: string[];
  rows: number;
  /** Records the rules refuse. */
  quarantined: number;
  differences: MonthDifference[];
  /** Null where closing balances cannot be compared, or moved meanwhile. */
  balances: BalanceCheck | null;
}

/** Taken from the shared queue `connector-<distributor_id>`. */
export interface SharedConnectorTasks {
  testConnection(task: { distributorId: string }): Promise<ConnectionReport>;
  probe(task: ProbeTask): Promise<ProbeAnswer>;
  extract(task: ExtractTask): Promise<ExtractAnswer>;
  /** Holds the ERP's books, added up, against what the platform holds. */
  compare(task: CompareTask): Promise<CompareAnswer>;
  publish(task: PublishRequest): Promise<PublishResult>;
}

/** Taken from the queue of the one process that holds the window. */
export interface WindowConnectorTasks {
  normalise(task: NormaliseTask): Promise<NormaliseAnswer>;
  sign(task: BatchTask): Promise<{ batchId: string; records: number }>;
  post(task: BatchTask): Promise<PostAnswer>;
  release(task: { syncId: string }): Promise<void>;
}

/**
 * Types of the failures a connector's activities end with; the workflow decides by these alone.
 * - ErpUnreachable, PlatformUnavailable, IncompleteAnswer: transient
 * - RateLimited: transient, details `[{retryAfterMs}]`
 * - WindowLost: this process does not hold the window; read it again
 * - WindowTooLarge: more documents than the connector may hold at once; read the window in two
 * - SetsChanged: what was read no longer fits what the platform holds; read the windows again
 * - SumsDiffer: what was read is not what was sent, known and quarantined together; read the windows again
 * - ErpMisconfigured, CertificateRefused, CredentialsRefused, RequestRefused, ConnectorTooOld: a person must act
 */
export const FAILURE = {
  erpUnreachable: 'ErpUnreachable',
  incompleteAnswer: 'IncompleteAnswer',
  platformUnavailable: 'PlatformUnavailable',
  rateLimited: 'RateLimited',
  windowLost: 'WindowLost',
  windowTooLarge: 'WindowTooLarge',
  setsChanged: 'SetsChanged',
  erpMisconfigured: 'ErpMisconfigured',
  certificateRefused: 'CertificateRefused',
  credentialsRefused: 'CredentialsRefused',
  requestRefused: 'RequestRefused',
  connectorTooOld: 'ConnectorTooOld',
  sumsDiffer: 'SumsDiffer',
} as const;
