/** `owner`: the step's owner, whom the alert's `audience` names. */
export type Hearer = 'ops' | 'distributor' | 'owner';
export type Severity = 'info' | 'warning' | 'critical';
/** What makes an alert moot. None: a person says so, or the onboarding does. */
export type ResolvingEvent =
  | 'delta_succeeded'
  | 'backfill_succeeded'
  | 'news'
  | 'clean_run'
  | 'books_agree'
  | 'files_taken'
  | 'schema_accepted'
  | 'export_done'
  | 'import_goes_on'
  | 'step_done';

/** One kind of trouble: who is told of it, how soon, and how often. */
export interface AlertRule {
  name: string;
  /** What happened, as a heading for people. */
  what: string;
  /** `people`: somebody has not done something. */
  kind: 'transient' | 'configuration' | 'data' | 'people';
  hears: readonly Hearer[];
  severity: Severity;
  /** Waited before anybody is told: trouble that is over by then stays silent, and a common cause shows itself. */
  gatherMinutes: number;
  /** Of one distributor and subject, people are told at most this often, however often it is raised or comes back. */
  atMostEveryHours: number;
  /** From so many distributors on, open alerts of one rule and cause are told as one, to Ops. Null: never. */
  oneAlertFrom: number | null;
  resolvedBy: ResolvingEvent | null;
  /** What the hearer can do about it. */
  advice: string;
}

const AT_ONCE = { gatherMinutes: 0, oneAlertFrom: 10 } as const;
const GATHERED = { gatherMinutes: 30, oneAlertFrom: 10 } as const;
const TO_ITS_OWNER = { gatherMinutes: 0, oneAlertFrom: null } as const;

export const ALERT_RULES = [
  {
    name: 'step_overdue',
    what: 'An onboarding step is late',
    kind: 'people',
    hears: ['owner'],
    severity: 'warning',
    ...TO_ITS_OWNER,
    atMostEveryHours: 24,
    resolvedBy: 'step_done',
    advice: 'Do the step, or tell AltScore why it has to wait.',
  },
  {
    name: 'step_failed',
    what: 'An onboarding step failed',
    kind: 'people',
    hears: ['owner'],
    severity: 'warning',
    ...TO_ITS_OWNER,
    atMostEveryHours: 1,
    resolvedBy: 'step_done',
    advice: 'Mend the cause; AltScore Ops then asks for the step again (retryStep).',
  },
  {
    name: 'sync_missed',
    what: 'The ERP could not be reached for three scheduled runs',
    kind: 'transient',
    hears: ['ops'],
    severity: 'warning',
    ...GATHERED,
    atMostEveryHours: 24,
    resolvedBy: 'delta_succeeded',
    advice: 'Call the distributor: is the Tally machine on, the company open, a dialog on its screen?',
  },
  {
    name: 'sync_offline',
    what: 'No connector answered for three scheduled runs',
    kind: 'transient',
    hears: ['ops'],
    severity: 'warning',
    ...GATHERED,
    atMostEveryHours: 24,
    resolvedBy: 'delta_succeeded',
    advice: 'Call the distributor: is the connector running, and can it reach the internet?',
  },
  {
    name: 'sync_failed',
    what: 'A run failed after all retries',
    kind: 'transient',
    hears: ['ops'],
    severity: 'warning',
    ...GATHERED,
    atMostEveryHours: 24,
    resolvedBy: 'delta_succeeded',
    advice: 'Mend the cause, then: altscore sync retry. Nothing is lost.',
  },
  {
    name: 'backfill_failed',
    what: 'A backfill did not get to its end',
    kind: 'transient',
    hears: ['ops'],
    severity: 'warning',
    ...GATHERED,
    atMostEveryHours: 24,
    resolvedBy: 'backfill_succeeded',
    advice: 'Mend the cause, then: altscore sync retry. It goes on from where it stopped.',
  },
  {
    name: 'sync_aborted',
    what: 'A run was aborted and is not retried',
    kind: 'configuration',
    hears: ['ops'],
    severity: 'critical',
    ...AT_ONCE,
    atMostEveryHours: 6,
    resolvedBy: 'delta_succeeded',
    advice: 'Certificate, credentials, clock, company or version: the reason says which.',
  },
  {
    name: 'sync_absent',
    what: 'No run has succeeded for three scheduled runs on working days',
    kind: 'transient',
    hears: ['ops'],
    severity: 'critical',
    ...AT_ONCE,
    atMostEveryHours: 24,
    resolvedBy: 'delta_succeeded',
    advice: 'Look at the workflow and the Schedule of this distributor, and at the runs before.',
  },
  {
    name: 'books_silent',
    what: 'Nothing new has been in the books for four working days',
    kind: 'data',
    hears: ['ops'],
    severity: 'warning',
    ...AT_ONCE,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'news',
    advice: 'Call the distributor: perhaps they work in another company since the year ended, or are on holiday.',
  },
  {
    name: 'company_replaced',
    what: 'The ERP holds the books of another company',
    kind: 'configuration',
    hears: ['ops'],
    severity: 'critical',
    ...AT_ONCE,
    atMostEveryHours: 24,
    resolvedBy: 'delta_succeeded',
    advice: 'Ask the distributor which books are the right ones. The old ones: open them. New ones: a new onboarding.',
  },
  {
    name: 'quarantine_share',
    what: 'More than 5 % of the records of a run could not be taken over',
    kind: 'data',
    hears: ['distributor'],
    severity: 'warning',
    gatherMinutes: 0,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'clean_run',
    advice: 'The quarantine log on the connector’s machine names the vouchers and what is wrong with each.',
  },
  {
    name: 'quarantine_high',
    what: 'More than 10 % of the records of a run could not be taken over',
    kind: 'data',
    hears: ['ops'],
    severity: 'critical',
    ...AT_ONCE,
    atMostEveryHours: 24,
    resolvedBy: 'clean_run',
    advice: 'Look for a cause in the codes, such as masters without GSTIN or phone; the distributor has been told.',
  },
  {
    name: 'file_refused',
    what: 'A file could not be taken',
    kind: 'data',
    hears: ['distributor', 'ops'],
    severity: 'warning',
    gatherMinutes: 0,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'files_taken',
    advice: 'The sentence says what to export instead. altscore files list SOURCE shows each file.',
  },
  {
    name: 'files_unreadable',
    what: 'Files could not be fetched from their place',
    kind: 'transient',
    hears: ['ops'],
    severity: 'warning',
    ...GATHERED,
    atMostEveryHours: 24,
    resolvedBy: 'files_taken',
    advice: 'Is the place there, and are its credentials right? The next run tries again by itself.',
  },
  {
    name: 'export_stuck',
    what: 'The export of a restored Tally is stuck',
    kind: 'people',
    hears: ['ops'],
    severity: 'warning',
    gatherMinutes: 0,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'export_done',
    advice: 'Mend what it says, then: altscore files backup-restored; it goes on from there.',
  },
  {
    name: 'import_stuck',
    what: 'Vouchers on their way into a Tally are stuck',
    kind: 'people',
    hears: ['ops'],
    severity: 'warning',
    gatherMinutes: 0,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'import_goes_on',
    advice: 'Mend what it says; then: altscore bridge resume, unless it goes on by itself.',
  },
  {
    name: 'schema_drift',
    what: 'A file has other columns than those before it',
    kind: 'data',
    hears: ['ops'],
    severity: 'warning',
    ...AT_ONCE,
    oneAlertFrom: null,
    atMostEveryHours: 24,
    resolvedBy: 'schema_accepted',
    advice: 'altscore files schemas SOURCE shows them; altscore files accept-schema takes the new ones.',
  },
  {
    name: 'reconciliation_differs',
    what: 'ERP and Bronze differ, also after the months were read again',
    kind: 'data',
    hears: ['ops'],
    severity: 'warning',
    gatherMinutes: 0,
    oneAlertFrom: 10,
    atMostEveryHours: 24,
    resolvedBy: 'books_agree',
    advice: 'altscore sync reconcile shows the months. Closing balances alone: is the whole book shown in Tally (F2)?',
  },
] as const satisfies readonly AlertRule[];

/** A rule by its name. One this version does not know (a workflow may be newer) is told to Ops, daily at most. */
export function ruleNamed(name: string, severity: Severity = 'warning'): AlertRule {
  return (
    ALERT_RULES.find((rule) => rule.name === name) ?? {
      name,
      what: name,
      kind: 'transient',
      hears: ['ops'],
      severity,
      ...AT_ONCE,
      atMostEveryHours: 24,
      resolvedBy: null,
      advice: 'See docs/outcomes-and-alerts.md.',
    }
  );
}

export const rulesResolvedBy = (event: ResolvingEvent): string[] =>
  ALERT_RULES.filter((rule) => rule.resolvedBy === event).map(({ name }) => name);
