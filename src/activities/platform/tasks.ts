import type { Watermark } from '../../canonical/contract.js';
import type { OnboardingInput, StepDone } from '../../canonical/onboarding.js';
import type { QuietHours } from '../../canonical/quiet-hours.js';
import type { ReconciliationAsked, ReconciliationReport } from '../../canonical/reconciliation.js';
import type { RunReport } from '../../canonical/run-report.js';
import type { BridgeJobTasks } from '../bridge/tasks.js';
import type { FileTasks } from '../files/tasks.js';

/** What workflows may do to the platform's own world: the store, the Admin Service, Temporal itself. */

export interface QualityReport {
  /** 0–100, data_completeness_score. */
  score: number;
  parts: Record<string, number>;
  records: number;
}

/** All that a distributor's sync is started from. */
export interface StartSyncTask {
  distributorId: string;
  erpType: string;
  timeZone: string;
  /** Cron, in the time zone. */
  schedule: string;
  jitterMinutes: number;
  lookbackDays: number;
  /** Hours in which an owed run is not tried. */
  quietHours: QuietHours | null;
  companyId: string;
  /** The backfill's, taken before its first read; never replaces a newer one. */
  watermark: Watermark;
  patience: { pickupMs: number; owedEveryMs: number };
}

/** What a reconciliation compares, and how patiently. */
export interface ReconciliationScope {
  companyId: string;
  from: string;
  to: string;
  patience: { pickupMs: number; owedEveryMs: number };
  timeZone: string;
  quietHours: QuietHours | null;
}

export type AlertSeverity = 'info' | 'warning' | 'critical';
export interface AlertTask {
  distributorId: string | null;
  /** What happened, by the name of one of ALERT_RULES. One alert of a rule is open a distributor and subject. */
  rule: string;
  subject: string;
  severity: AlertSeverity;
  /** Role or address that must act. */
  audience: string;
  /** One sentence; never personal data. */
  message: string;
  /** Name of the failure behind it: ten distributors with one rule and cause are one alert. */
  cause?: string;
}
export interface ResolveTask {
  distributorId: string | null;
  rules: string[];
  /** Needed where the alert was raised before there was a distributor. */
  subject?: string;
}

export interface PlatformTasks extends FileTasks, BridgeJobTasks {
  registerDistributor(task: { onboardingId: string; input: OnboardingInput }): Promise<{ distributorId: string }>;
  provisionCredentials(task: {
    distributorId: string;
    requestId: string;
  }): Promise<{ certificateSerial: string; certificateExpiresAt: string; bundleExpiresAt: string }>;
  /** True when a connector polls the distributor's queue. */
  connectorPolls(task: { distributorId: string }): Promise<boolean>;
  measureQuality(task: { distributorId: string; erpType: string; from: string; to: string }): Promise<QualityReport>;
  publishHeld(task: { distributorId: string; consent: StepDone }): Promise<{ documents: number }>;
  startDistributorSync(task: StartSyncTask): Promise<{ workflowId: string; scheduleId: string }>;
  /** Revokes certificates and keys, purges held data, marks the distributor inactive. Safe to repeat. */
  undoOnboarding(task: { distributorId: string; by: string; reason: string }): Promise<void>;
  /** Wakes `distributorSync`, starting it from the store where it is gone. */
  requestSync(task: StartSyncTask, by: string): Promise<void>;
  /** Brings the Schedule to what the task says; answers when it fires next, ISO. */
  moveSchedule(task: StartSyncTask): Promise<{ nextAt: string | null }>;
  recordRun(task: RunReport): Promise<void>;
  supersedeSets(task: { distributorId: string; syncIds: string[] }): Promise<void>;
  /** Drops sets that were begun more than 48 hours ago and never published. */
  sweepUnfinishedSets(): Promise<void>;
  /** Starts a new epoch; audited with who and why. */
  setWatermark(task: {
    distributorId: string;
    lastSyncAt: string;
    counters: Record<string, number>;
    by: string;
    reason: string;
  }): Promise<Watermark>;
  /** The lower of this and the workflow's own is where a run starts. `pendingDue`: a pending payment's day has come, so there is something to read though the ERP's counters stand still. */
  readWatermark(task: { distributorId: string }): Promise<(Watermark & { pendingDue?: boolean }) | null>;
  /** Days asked for, or everything that was ever read; and what `distributorSync` knows of the ERP. */
  reconciliationScope(task: ReconciliationAsked): Promise<ReconciliationScope>;
  /** Asks `distributorSync` for a delta, so that both sides come to the same. */
  askForDelta(task: { distributorId: string }): Promise<void>;
  /** Distrusts what is held of some months, and asks `distributorSync` to read the periods again, beside its deltas. */
  askForBackfills(task: {
    distributorId: string;
    months: string[];
    periods: Array<{ from: string; to: string }>;
  }): Promise<void>;
  /** How the reading of a period ended. Fails, to be tried again, while it is waiting or under way. */
  outcomeOfBackfill(task: {
    distributorId: string;
    from: string;
    to: string;
    since: string;
  }): Promise<{ outcome: string }>;
  recordReconciliation(task: ReconciliationReport): Promise<void>;
  startReconciliation(task: ReconciliationAsked): Promise<void>;
  raiseAlert(task: AlertTask): Promise<void>;
  /** Trouble that is over: open alerts of the rules, of the distributor or, where one is named, of the subject. */
  resolveAlerts(task: ResolveTask): Promise<{ resolved: number }>;
  /** Tells people of what waits to be told. */
  tellDueAlerts(): Promise<{ told: number; failed: number }>;
  /** Raises `sync_absent` where three working days' runs have passed without success, `books_silent` where four brought nothing. */
  noticeStaleness(): Promise<{ absent: number; silent: number }>;
  /** Mails Ops the counts of a day, ISO in Asia/Kolkata. Answers the ways it went; none where none is configured. */
  sendDailyReport(task: { day: string }): Promise<{ ways: string[] }>;
}
