import { setTimeout as sleep } from 'node:timers/promises';
import type { WorkflowHandle } from '@temporalio/client';
import type { HumanEvent } from '../../src/canonical/onboarding.js';
import { Onboarding } from '../../src/client/onboarding.js';
import type { SyncState } from '../../src/workflows/sync-state.js';
import { waitFor } from '../support/wait-for.js';
import { type Difference, differences } from './comparison.js';
import type { Killer } from './killer.js';
import type { Product } from './product.js';
import { VisibilitySampler, visibleWhole } from './visibility.js';

const ONBOARDING_ID = 'onboarding/chaos';
const DONE = { by: 'Asha', reference: 'DOC-1' };
/** Times short enough to end in minutes; retries are the product's own. */
const PATIENCE = { pickupMs: 3_000, owedEveryMs: 1_000 };
const DAY = { sales: 24, receipts: 16, edits: 8, cancels: 4 };
const LEAST_DELTAS = 3;
/** Longer than 30 s and 5 min of the product's retries, after which a person would look. */
const STUCK_AFTER_MS = 480_000;
const MOST_TRIES = 5;
/** Of the kills, those of the backfill; the rest fall into the deltas. */
const BACKFILL_SHARE = 0.5;

/** A distributor's first months: backfill, consent, days of trade, with parts killed all the while. */
export class Story {
  sampler: VisibilitySampler | null = null;
  /** Differences found at any moment at which the books should be whole. */
  readonly total: Difference = { lost: 0, doubled: 0, details: [] };
  /** Outcomes that needed Ops: `retryStep`, or another trigger. */
  readonly byHand: string[] = [];
  private distributorId = '';

  constructor(
    private readonly product: Product,
    private readonly killer: Killer,
    private readonly say: (line: string) => void,
  ) {}

  async play(): Promise<void> {
    await this.startOnboarding();
    const bursts = this.killer.left;
    await this.backfill(bursts - Math.ceil(bursts * BACKFILL_SHARE));
    await this.consent();
    for (let delta = 1; delta <= LEAST_DELTAS || this.killer.left > 0; delta += 1) await this.delta(delta);
  }

  private get onboarding(): Onboarding {
    return Onboarding.open(this.product.client, ONBOARDING_ID);
  }

  private async startOnboarding(): Promise<void> {
    await Onboarding.start(this.product.client, ONBOARDING_ID, {
      legalName: 'Chaos Traders',
      gstin: '29AABCT1332L1Z2',
      erpType: 'tally_prime',
      contacts: { ops: 'ops@altscore.example', distributorIt: 'it@chaos.example' },
      backfillMonths: 24,
      patience: PATIENCE,
    });
    await this.tell('agreementSigned');
    await this.untilStep(4);
    this.distributorId = (await this.onboarding.progress()).distributorId!;
    await this.product.installConnector(this.distributorId);
    await this.tell('secretsAcknowledged');
    await this.tell('disclosureConfirmed');
    this.sampler = new VisibilitySampler(this.product.pool, this.distributorId);
  }

  private async backfill(burstsLeft: number): Promise<void> {
    await this.untilStep(7);
    let read = false;
    const reading = this.untilStep(8).finally(() => {
      read = true;
    });
    const killing = (async () => {
      while (!read && this.killer.left > burstsLeft) {
        await this.killer.strike(ONBOARDING_ID, 'backfill', () => read);
        // A window bears four readings: let one come through before the next burst.
        const before = await this.publications();
        while (!read && (await this.publications()) === before) await sleep(100);
      }
    })();
    await Promise.all([reading, killing]);
    await this.compare('after the backfill', 'held');
  }

  private async consent(): Promise<void> {
    await this.tell('qualityApproved');
    await this.untilStep(9);
    this.sampler!.mayBecome(visibleWhole(await this.product.truth()));
    let given = false;
    const killing = this.killer.strike(ONBOARDING_ID, 'consent', () => given);
    await this.tell('consentCompleted');
    await this.untilStep(10, 'done');
    given = true;
    await killing;
    this.sampler!.hasBecome();
    await this.compare('after consent', 'published');
  }

  private async delta(number: number): Promise<void> {
    const owner = `sync/${this.distributorId}`;
    await this.product.trade(DAY);
    this.sampler!.mayBecome(visibleWhole(await this.product.truth()));
    let over = false;
    const killing = this.killer.strike(owner, 'delta', () => over);
    for (let tries = 1; ; tries += 1) {
      const before = (await this.syncState()).last?.runId;
      await this.product.asking('the Schedule', () => this.product.client.schedule.getHandle(owner).trigger());
      const { outcome, reason } = await this.settled(before);
      if (outcome === 'success' || outcome === 'unchanged') break;
      this.byHand.push(`delta ${number} ended ${outcome}: ${reason}`);
      this.say(this.byHand.at(-1)!);
      if (tries === MOST_TRIES) throw new Error(`Delta ${number} did not succeed in ${tries} tries.`);
    }
    over = true;
    await killing;
    await this.idle();
    this.sampler!.hasBecome();
    await this.compare(`after delta ${number}`, 'published');
  }

  /** The end of the run that was asked for; one that could not reach the connector is owed and follows by itself. */
  private settled(before: string | undefined): Promise<NonNullable<SyncState['last']>> {
    return this.watched('the delta', async () => {
      const { last } = await this.syncState();
      return last && last.runId !== before && !['missed', 'offline'].includes(last.outcome) ? last : null;
    });
  }

  private async idle(): Promise<void> {
    await this.watched('the sync at rest', async () => {
      const { raw } = await this.sync.describe();
      const { requested, owedSince } = await this.syncState();
      return !raw.pendingChildren?.length && !raw.pendingActivities?.length && !requested && owedSince === null;
    });
  }

  private get sync(): WorkflowHandle {
    return this.product.client.workflow.getHandle(`sync/${this.distributorId}`);
  }

  private syncState(): Promise<SyncState> {
    return this.product.asking('the sync', () => this.sync.query<SyncState>('syncState'));
  }

  private tell(event: HumanEvent): Promise<string> {
    return this.product.asking(event, () => this.onboarding.tell(event, DONE));
  }

  /** Until a step's turn has come, or it is done; what failed on the way is tried again, as Ops would. */
  private async untilStep(number: number, status: 'begun' | 'done' = 'begun'): Promise<void> {
    await this.watched(`step ${number}`, async () => {
      const { steps } = await this.onboarding.progress();
      const failed = steps.find((step) => step.status === 'failed');
      if (failed) {
        this.byHand.push(`step ${failed.number} failed: ${failed.note}`);
        this.say(this.byHand.at(-1)!);
        if (this.byHand.length > MOST_TRIES) return true;
        await this.onboarding.retry('Asha');
        await sleep(1_000);
      }
      const step = steps[number - 1]!;
      return status === 'done' ? step.status === 'done' : !['pending', 'failed'].includes(step.status);
    });
  }

  private watched<T>(what: string, probe: () => Promise<T>): Promise<NonNullable<T>> {
    return waitFor(what, probe, { timeoutMs: STUCK_AFTER_MS, everyMs: 200 });
  }

  private publications(): Promise<number> {
    return this.product.asking('the store', async () => {
      const { rows } = await this.product.pool.query<{ count: number }>(
        'select count(*)::int as count from publications',
      );
      return rows[0]!.count;
    });
  }

  private async compare(when: string, visibility: 'held' | 'published'): Promise<void> {
    const truth = await this.product.truth();
    const { lost, doubled, details } = await this.product.asking('the comparison', () =>
      differences(this.product.pool, this.distributorId, truth, visibility),
    );
    this.total.lost += lost;
    this.total.doubled += doubled;
    this.total.details.push(...details.map((detail) => `${when}: ${detail}`));
    this.say(`${when}: ${lost} lost, ${doubled} doubled`);
  }
}
