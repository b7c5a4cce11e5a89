import { z } from 'zod';
import { VoucherInput } from './vouchers/input.js';
import { VOUCHER_KINDS } from './vouchers/voucher.js';

/** What the bridge, the API and the workflow tell one another of vouchers to be written. Both sides of each border check with it. */

export const CompanyId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9_-]{2,39}$/, 'expected 3 to 40 lower-case letters, digits, - or _, such as sharma-main');
export const JobId = z.string().regex(/^job_[0-9a-f]{16}$/, 'expected the id of a job, such as job_0123456789abcdef');
const count = z.int().min(0);
const RowNumber = z.int().min(1);
const By = z.string().trim().min(1).max(200);
const Sentence = z.string().min(1).max(2_000);

export const bridgeQueue = (companyId: string): string => `bridge-${companyId}`;
export const importWorkflowId = (companyId: string, jobId: string): string => `import/${companyId}/${jobId}`;

/**
 * `sending`: somebody said that it is about to be sent, and nobody yet what came of it; Tally has to be asked. `unknown`: a
 * person has to look. The last five are ends, until somebody reopens a refused, unknown or skipped one.
 */
export const ROW_STATES = ['pending', 'sending', 'created', 'already_there', 'refused', 'unknown', 'skipped'] as const;
export const RowState = z.enum(ROW_STATES);
export type RowState = z.infer<typeof RowState>;

/** Every way a row can end, or Tally answer; what each means and what to do is in `bridge-advice.ts`. */
export const OUTCOME_CODES = [
  'CREATED',
  /** Created, under a number of Tally's own: the voucher type numbers automatically. */
  'CREATED_RENUMBERED',
  /** Our own resend, which Tally took for a change of what it had. */
  'ALTERED_OWN',
  'ALREADY_THERE',
  'INPUT_INVALID',
  'TAX_CONTRADICTS_STATES',
  'DATE_OUTSIDE_BOOKS',
  'DUPLICATE_IN_JOB',
  'CONTENT_DIFFERS',
  'WRITTEN_AND_GONE',
  'MASTER_MISSING',
  'TOTALS_DIFFER',
  'DATE_NOT_ALLOWED',
  'NUMBER_TAKEN',
  'EXCEPTION_UNEXPLAINED',
  'IGNORED',
  'NOTHING_HAPPENED',
  'LINE_ERROR',
  'REQUEST_NOT_UNDERSTOOD',
  'ALTERED_ANOTHER',
  'MORE_THAN_ONE',
  'INVISIBLE',
  'READ_BACK_DIFFERS',
  'AMBIGUOUS',
  'OUTCOME_UNKNOWN',
  'SKIPPED',
] as const;
export const OutcomeCode = z.enum(OUTCOME_CODES);
export type OutcomeCode = z.infer<typeof OutcomeCode>;

/** The voucher as Tally holds it. */
const InTally = z.strictObject({
  master_id: z.int().positive().nullable(),
  guid: z.string().max(100).nullable(),
  number: z.string().max(500).nullable(),
});
export const RowOutcome = z.strictObject({
  state: RowState,
  code: OutcomeCode,
  /** What happened and what to do. It may name a ledger or a number: for the report, never for histories and logs. */
  message: Sentence,
  in_tally: InTally.nullable(),
});
export type RowOutcome = z.infer<typeof RowOutcome>;

/** One request to Tally and its raw answer; null for one that never came whole. */
export const Exchange = z.strictObject({
  purpose: z.enum(['send', 'ask', 'read_back', 'create_master']),
  request: z.string(),
  answer: z.string().nullable(),
  /** Of what became of the exchange itself: an outcome, or why there is no answer. */
  note: Sentence,
  at: z.iso.datetime(),
  took_ms: count,
});
export type Exchange = z.infer<typeof Exchange>;

/** What to do with vouchers that cannot be written as they are: send nothing of the job, or all the others. */
export const FAULTY = ['refuse_all', 'refuse_rows'] as const;
export const MAX_VOUCHERS_PER_JOB = 10_000;

export const SubmitVouchers = z.strictObject({
  company_id: CompanyId,
  by: By,
  /** The same id makes no second job. */
  request_id: z.string().trim().min(1).max(200),
  faulty: z.enum(FAULTY).default('refuse_all'),
  /** Creates ledgers that are missing, where the bridge's own settings have a template for them. */
  create_ledgers: z.boolean().default(false),
  vouchers: z.array(VoucherInput).min(1).max(MAX_VOUCHERS_PER_JOB),
});
export type SubmitVouchers = z.infer<typeof SubmitVouchers>;
export const Submitted = z.strictObject({
  job_id: JobId,
  workflow_id: z.string(),
  vouchers: count,
  refused: count,
});
export type Submitted = z.infer<typeof Submitted>;

export const StateCounts = z.strictObject({
  pending: count,
  sending: count,
  created: count,
  already_there: count,
  refused: count,
  unknown: count,
  skipped: count,
});
export type StateCounts = z.infer<typeof StateCounts>;

export const BridgeJob = z.strictObject({
  job_id: JobId,
  company_id: CompanyId,
  by: z.string(),
  faulty: z.enum(FAULTY),
  create_ledgers: z.boolean(),
  created_at: z.iso.datetime(),
  /** Null until every row has come to an end. */
  settled_at: z.iso.datetime().nullable(),
  counts: StateCounts,
});
export type BridgeJob = z.infer<typeof BridgeJob>;

/** A row as the bridge gets it to write. */
export const JobRow = z.strictObject({ row: RowNumber, state: RowState, voucher: VoucherInput });
export type JobRow = z.infer<typeof JobRow>;
/** Rows of a job in order, `after` the last one of the page before, 0 for the first. */
export const RowsRequest = z.strictObject({
  states: z.array(RowState).min(1),
  after: count,
  limit: z.int().min(1).max(500),
});
export type RowsRequest = z.infer<typeof RowsRequest>;
export const RowsResponse = z.strictObject({ rows: z.array(JobRow) });
export type RowsResponse = z.infer<typeof RowsResponse>;

/** Before anything is sent: the very bytes that will be. */
export const BeginRow = z.strictObject({ row: RowNumber, request: z.string().min(1).max(4_000_000) });
export type BeginRow = z.infer<typeof BeginRow>;
/**
 * `send`: nobody has sent it. `ask`: it may be in Tally already: `outcome_unknown` after an attempt of which nobody knows the
 * end, `created_before` where an earlier job wrote it. `settled`: there is nothing to do, and why.
 */
export const BegunRow = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('send'), attempt: RowNumber }),
  z.strictObject({
    do: z.literal('ask'),
    attempt: RowNumber,
    because: z.enum(['outcome_unknown', 'created_before']),
    /** Where it was known to stand. */
    in_tally: InTally.nullable(),
  }),
  z.strictObject({ do: z.literal('settled'), outcome: RowOutcome }),
]);
export type BegunRow = z.infer<typeof BegunRow>;

/** What came of an attempt, with what was said to Tally meanwhile. A newer attempt makes it 409 `attempt_superseded`. */
export const SettleRow = z.strictObject({
  row: RowNumber,
  attempt: RowNumber,
  /** Null: no end yet; only the exchanges are kept. */
  outcome: RowOutcome.nullable(),
  exchanges: z.array(Exchange).max(50),
});
export type SettleRow = z.infer<typeof SettleRow>;
/** `master_taken`: another row of the company is known to be that voucher of Tally; the outcome was not stored. */
export const SettledRow = z.strictObject({ stored: z.boolean(), master_taken: z.boolean() });
export type SettledRow = z.infer<typeof SettledRow>;

/** Rows that come to an end without being sent: refused by the company's own rules, found in Tally, or not to be told. */
export const EndRows = z.strictObject({
  rows: z.array(z.strictObject({ row: RowNumber, outcome: RowOutcome })).max(500),
});
export type EndRows = z.infer<typeof EndRows>;
/** How many were ended; those that had an end, or were begun and are not unknown, were left alone. */
export const EndedRows = z.strictObject({ ended: count });
export type EndedRows = z.infer<typeof EndedRows>;

/** Of a job's report: one row a voucher. */
export const ReportRow = z.strictObject({
  row: RowNumber,
  kind: z.enum(VOUCHER_KINDS),
  number: z.string(),
  date: z.iso.date(),
  state: RowState,
  code: OutcomeCode.nullable(),
  message: z.string().nullable(),
  attempts: count,
  tally_number: z.string().nullable(),
  tally_master_id: z.int().nullable(),
});
export type ReportRow = z.infer<typeof ReportRow>;
export const JobReport = z.strictObject({ job: BridgeJob, rows: z.array(ReportRow) });
export type JobReport = z.infer<typeof JobReport>;

export const BridgePing = z.strictObject({ company_id: CompanyId });
export type BridgePing = z.infer<typeof BridgePing>;
