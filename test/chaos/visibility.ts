import { setTimeout as sleep } from 'node:timers/promises';
import type { Totals } from '../../src/simulators/tally/index.js';
import type { Pool } from '../../src/store/database.js';

const EVERY_MS = 50;
const TYPES = ['invoices', 'payments', 'returns', 'adjustments'] as const;
const AMOUNT = {
  invoices: 'amount_inr',
  payments: 'amount_paid_inr',
  returns: 'amount_inr',
  adjustments: 'amount_inr',
};

/** One statement and so one moment: what readers see, and how it stands with sets and consent. */
const MOMENT = `
  select (select consent_at is not null from distributors where distributor_id = $1) as consented,
         (select coalesce(max(publication_id), 0)::int from publications where distributor_id = $1) as publication,
         (select count(*)::int from documents where distributor_id = $1 and state = 'published') as published,
         (select count(*)::int from sync_sets s where distributor_id = $1 and s.state = 'published' and exists (
            select from documents d where d.distributor_id = $1 and d.sync_id = s.sync_id and d.state = 'staged')) as half_published,
         (select count(*)::int from sync_sets s where distributor_id = $1 and s.state <> 'published' and exists (
            select from documents d where d.distributor_id = $1 and d.sync_id = s.sync_id and d.state <> 'staged')) as leaked,
         ${TYPES.map((type) => `(select count(*) || '/' || coalesce(sum(${AMOUNT[type]} * 100), 0)::bigint from current_${type} where distributor_id = $1) as ${type}`).join(',\n')}`;

interface Moment extends Record<(typeof TYPES)[number], string> {
  consented: boolean;
  publication: number;
  published: number;
  half_published: number;
  leaked: number;
}

const seenBy = (sums: Record<(typeof TYPES)[number], string>): string =>
  TYPES.map((type) => `${type} ${sums[type]}`).join(', ');
const NOTHING = seenBy({ invoices: '0/0', payments: '0/0', returns: '0/0', adjustments: '0/0' });

/** What a reader would see of books that are there whole: counts and paise by type. */
export function visibleWhole({ byType }: Totals): string {
  const sum = (type: (typeof TYPES)[number]): string => `${byType[type].count}/${byType[type].paise}`;
  return seenBy({
    invoices: sum('invoices'),
    payments: sum('payments'),
    returns: sum('returns'),
    adjustments: sum('adjustments'),
  });
}

/** Looks all the while at what readers see: the books before, or after, and never between. */
export class VisibilitySampler {
  samples = 0;
  /** A sentence for each sample that showed a part. */
  readonly faults: string[] = [];
  private running = true;
  private readonly ended: Promise<void>;
  private previous: { key: string; seen: string } | null = null;
  private before = NOTHING;
  private after = NOTHING;
  private afterSeen = false;

  constructor(
    private readonly pool: Pool,
    private readonly distributorId: string,
  ) {
    this.ended = this.sampling();
  }

  /** From now on readers may see `whole` instead of what they saw. */
  mayBecome(whole: string): void {
    this.before = this.after;
    this.after = whole;
    this.afterSeen = false;
  }

  /** From now on readers see what was announced last, nothing else. */
  hasBecome(): void {
    this.before = this.after;
  }

  async end(): Promise<void> {
    this.running = false;
    await this.ended;
  }

  private async sampling(): Promise<void> {
    while (this.running) {
      const { before } = this;
      const moment = await this.look().catch(() => null);
      // One that was under way while the story went on says nothing certain.
      if (moment && before === this.before) this.judge(moment);
      await sleep(EVERY_MS);
    }
  }

  private async look(): Promise<Moment> {
    return (await this.pool.query<Moment>(MOMENT, [this.distributorId])).rows[0]!;
  }

  private judge(moment: Moment): void {
    this.samples += 1;
    const seen = seenBy(moment);
    const fault = (sentence: string): void => {
      this.faults.push(`sample ${this.samples}: ${sentence}`);
    };
    if (moment.half_published > 0) fault(`${moment.half_published} published sets still hold staged documents.`);
    if (moment.leaked > 0) fault(`${moment.leaked} sets that are not published have documents that stand.`);
    if (!moment.consented && (moment.published > 0 || seen !== NOTHING)) fault(`before consent readers see ${seen}.`);
    const key = `${moment.publication} ${moment.consented}`;
    if (this.previous?.key === key && this.previous.seen !== seen)
      fault(`without a publication ${this.previous.seen} became ${seen}.`);
    this.previous = { key, seen };
    if (!moment.consented) return;
    if (seen === this.after) this.afterSeen = true;
    else if (seen !== this.before)
      fault(`readers see ${seen}; before it was ${this.before}, whole it is ${this.after}.`);
    else if (this.afterSeen) fault(`what was whole is gone again: readers see ${seen}.`);
  }
}
