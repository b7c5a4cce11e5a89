import { endOfBusinessDay } from '../canonical/business-days.js';
import type { HumanEvent, StepDone } from '../canonical/onboarding.js';
import type { ErpType } from '../canonical/records.js';

export type StepStatus = 'pending' | 'waiting' | 'running' | 'failed' | 'done';

export interface Step {
  number: number;
  name: string;
  owner: string;
  tool: string;
  /** ISO; null until the step's turn comes. */
  due: string | null;
  status: StepStatus;
  overdue: boolean;
  since: string | null;
  by: string | null;
  note: string | null;
}

export interface Progress {
  distributorId: string | null;
  stage: string;
  waitingOn: string | null;
  steps: Step[];
  /** Human events received, whether or not their step's turn has come. */
  received: Partial<Record<HumanEvent, StepDone & { at: string }>>;
  /** Messages that could not be used, and why. */
  notices: string[];
  /** Who cancelled the onboarding and why; null while it goes on. */
  cancelled: string | null;
}

interface StepPlan {
  name: string;
  owner: string;
  tool: string;
  /** Business day after the start by which it is due: Tally and files, SAP B1 (specification §10). */
  dueDay: { tally_prime: number; sap_b1: number; csv: number };
}

const day = (tally: number, sap = tally): StepPlan['dueDay'] => ({ tally_prime: tally, sap_b1: sap, csv: tally });

const PLAN: readonly StepPlan[] = [
  { name: 'Data Partnership Agreement signed', owner: 'AltScore BD + Distributor', tool: 'DocuSign', dueDay: day(0) },
  { name: 'Distributor registered', owner: 'AltScore Ops', tool: 'Admin API', dueDay: day(1) },
  {
    name: 'Certificate, API key and HMAC secret issued',
    owner: 'AltScore Ops',
    tool: 'Internal CA + Admin Service',
    dueDay: day(1),
  },
  {
    name: 'Secrets shared with distributor IT',
    owner: 'AltScore Ops + Distributor IT',
    tool: 'one-time bundle',
    dueDay: day(2),
  },
  {
    name: 'Connector installed, retailers told',
    owner: 'Distributor IT',
    tool: 'altscore-connector',
    dueDay: day(3, 5),
  },
  {
    name: 'Connectivity test',
    owner: 'Distributor IT + AltScore Ops',
    tool: 'altscore-connector test',
    dueDay: day(3, 5),
  },
  { name: 'Historical backfill', owner: 'Connector', tool: 'syncRun', dueDay: day(4, 6) },
  { name: 'Data quality review', owner: 'AltScore Data Engineering', tool: 'completeness score', dueDay: day(4, 6) },
  { name: 'Retailer consent campaign', owner: 'AltScore + Distributor', tool: 'WhatsApp', dueDay: day(5, 7) },
  { name: 'Daily delta sync scheduled', owner: 'Platform', tool: 'Temporal Schedule', dueDay: day(5, 7) },
];

/** What is otherwise for a distributor who sends files. */
const FILE_PLAN: Partial<Record<number, Partial<Pick<StepPlan, 'name' | 'owner' | 'tool'>>>> = {
  5: {
    name: 'Landing zone or upload access given, retailers told',
    owner: 'AltScore Ops + Distributor IT',
    tool: 'altscore files add',
  },
  6: { name: 'Test file accepted', tool: 'fileIngestion' },
  7: { name: 'History files ingested', owner: 'Distributor IT + AltScore Ops', tool: 'fileIngestion' },
  10: { name: 'Ingestion of new files scheduled' },
};

const MARK: Record<StepStatus, string> = { pending: '·', waiting: '⏳', running: '▶', failed: '✗', done: '✓' };

/** The ten steps as plain data, and how they are shown. Knows nothing of Temporal: the time is told to it. */
export class OnboardingChecklist {
  readonly steps: Step[];
  readonly received: Progress['received'] = {};
  readonly notices: string[] = [];
  distributorId: string | null = null;
  cancelled: string | null = null;

  constructor(
    private readonly startedAtMs: number,
    private readonly erpType: ErpType,
    private readonly timeZone: string,
  ) {
    this.steps = PLAN.map(({ name, owner, tool }, index) => ({
      number: index + 1,
      ...{ name, owner, tool, ...(erpType === 'csv' ? FILE_PLAN[index + 1] : {}) },
      due: null,
      status: 'pending',
      overdue: false,
      since: null,
      by: null,
      note: null,
    }));
  }

  step(number: number): Step {
    const step = this.steps[number - 1];
    if (!step) throw new RangeError(`there is no step ${number}`);
    return step;
  }

  /** The step that is under way, or null when all are done. */
  get current(): Step | null {
    return this.steps.find((step) => step.status !== 'done') ?? null;
  }

  begin(number: number, status: 'waiting' | 'running', nowMs: number): Step {
    const step = this.step(number);
    step.status = status;
    step.since = new Date(nowMs).toISOString();
    step.due ??= new Date(this.dueMs(number, nowMs)).toISOString();
    return step;
  }

  finish(number: number, by: string, note: string | null, nowMs: number): void {
    Object.assign(this.step(number), { status: 'done', by, note, since: new Date(nowMs).toISOString() });
  }

  fail(number: number, note: string, nowMs: number): void {
    Object.assign(this.step(number), { status: 'failed', note, since: new Date(nowMs).toISOString() });
  }

  /** A step that starts after its planned day gets one business day of its own: nobody is late for another's delay. */
  private dueMs(number: number, nowMs: number): number {
    const planned = endOfBusinessDay(this.startedAtMs, PLAN[number - 1]!.dueDay[this.erpType], this.timeZone);
    return planned > nowMs ? planned : endOfBusinessDay(nowMs, 1, this.timeZone);
  }

  progress(): Progress {
    const current = this.cancelled === null ? this.current : null;
    return {
      distributorId: this.distributorId,
      cancelled: this.cancelled,
      stage: this.cancelled !== null ? 'cancelled' : current ? `${current.number} ${current.name}` : 'completed',
      waitingOn: current && current.status !== 'running' ? current.owner : null,
      steps: this.steps,
      received: this.received,
      notices: this.notices,
    };
  }

  /** A list, not a table: the UI renders Markdown tables with their cells touching. */
  markdown(extra: string | null): string {
    const lines = this.steps.map((step) => {
      const who = step.status === 'done' ? ` by ${step.by}` : step.status === 'pending' ? '' : `, ${step.owner}`;
      const due = step.due && step.status !== 'done' ? `, due ${step.due.slice(0, 10)}` : '';
      const late = step.overdue && step.status !== 'done' ? ' **overdue**' : '';
      const note = step.note ? ` — ${step.note}` : '';
      return `- ${MARK[step.status]} **${step.number}. ${step.name}** (${step.status}${who}${due})${late}${note}`;
    });
    const early = Object.entries(this.received).map(
      ([event, done]) => `- \`${event}\` by ${done?.by}, ${done?.reference}`,
    );
    return [
      `### Onboarding ${this.distributorId ?? ''}`,
      ...lines,
      ...(extra ? ['', extra] : []),
      ...(early.length > 0 ? ['', '#### Received', ...early] : []),
      ...(this.notices.length > 0 ? ['', '#### Not used', ...this.notices.map((notice) => `- ${notice}`)] : []),
    ].join('\n');
  }
}
