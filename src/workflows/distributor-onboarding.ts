import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { DateTime } from 'luxon';
import { z } from 'zod';
import type { QualityReport } from '../activities/platform/tasks.js';
import { PASSING_SCORE } from '../canonical/completeness.js';
import type { Watermark } from '../canonical/contract.js';
import { HUMAN_EVENTS, type HumanEvent, OnboardingInput, StepDone } from '../canonical/onboarding.js';
import { emptyTotals, type RunTotals } from '../canonical/run-report.js';
import { sentenceOf } from '../canonical/sentence.js';
import { platform, platformUntilDone } from './activity-proxies.js';
import {
  cancelOnboardingSignal,
  completeStepUpdate,
  humanEventSignals,
  progressQuery,
  retryStepSignal,
} from './messages.js';
import { byConnector } from './onboarding-by-connector.js';
import { byFiles } from './onboarding-by-files.js';
import { OnboardingChecklist } from './onboarding-checklist.js';
import type { OnboardingWay } from './onboarding-way.js';
import { DISTRIBUTOR_ID, ERP_TYPE, ONBOARDING_STAGE, WAITING_ON } from './search-attributes.js';
import { StepFailed, StepRunner } from './step-runner.js';
import type { Period } from './sync-state.js';

export interface OnboardingResult {
  onboarding: 'completed' | 'cancelled';
  distributorId: string | null;
  completeness: number | null;
  totals: RunTotals;
  watermark: Watermark | null;
}

/** A connector, or a source of files, is looked for often at first and every 20 minutes at last: an installation takes minutes or days. */
const LOOK_FIRST_MS = 2_000;
const LOOK_AT_LAST_MS = 1_200_000;

const CompleteStep = StepDone.extend({ event: z.enum(HUMAN_EVENTS) });

/** Ten steps, people and machines, days long. Human steps end by signal or by the update `completeStep`. */
export async function distributorOnboarding(raw: unknown): Promise<OnboardingResult> {
  const input = validated(raw);
  const checklist = new OnboardingChecklist(Date.now(), input.erpType, input.timeZone);
  const { received } = checklist;
  const story = new CancellationScope();
  let cancelledBy: { by: string; reason: string } | null = null;
  let quality: QualityReport | null = null;
  let way: OnboardingWay | null = null;
  let aside: string | null = null;

  const show = (): void => {
    const { stage, waitingOn } = checklist.progress();
    upsertSearchAttributes([
      { key: ONBOARDING_STAGE, value: stage },
      { key: WAITING_ON, value: waitingOn ?? 'nobody' },
    ]);
    setCurrentDetails(checklist.markdown(aside));
  };
  const say = (line: string | null): void => {
    aside = line;
    show();
  };
  const subjectOf = (rule: string, number: number): string => `${workflowInfo().workflowId}/${rule}/${number}`;
  const steps = new StepRunner({
    checklist,
    show,
    alert: (rule, audience, message) =>
      platformUntilDone.raiseAlert({
        distributorId: checklist.distributorId,
        rule,
        subject: subjectOf(rule, checklist.current?.number ?? 0),
        severity: 'warning',
        audience,
        message,
      }),
    async resolve(number) {
      for (const rule of ['step_overdue', 'step_failed']) {
        const { distributorId } = checklist;
        await platformUntilDone.resolveAlerts({ distributorId, rules: [rule], subject: subjectOf(rule, number) });
      }
    },
  });

  /** Kept and shown when it comes early; counts when its step's turn comes. */
  const receive = (event: HumanEvent, message: unknown): string => {
    const done = StepDone.safeParse(message);
    if (done.success) received[event] = { ...done.data, at: new Date(Date.now()).toISOString() };
    else checklist.notices.push(sentenceOf(done.error, event));
    show();
    return done.success
      ? `${event} noted. The onboarding stands at: ${checklist.progress().stage}.`
      : checklist.notices.at(-1)!;
  };
  for (const event of HUMAN_EVENTS) {
    setHandler(humanEventSignals[event], (message) => void receive(event, message), {
      description: '{"by": "who", "reference": "document, ticket or link", "note": "optional"}',
    });
  }
  setHandler(completeStepUpdate, ({ event, ...message }) => ({ answer: receive(event, message) }), {
    description: 'A human step is done, with an answer: {"event": "agreementSigned", "by": "who", "reference": "…"}',
    validator: (message) => {
      const checked = CompleteStep.safeParse(message);
      if (!checked.success) throw new Error(sentenceOf(checked.error, 'completeStep'));
    },
  });
  setHandler(retryStepSignal, () => steps.askRetry(), { description: 'Try the failed step again: {"by": "who"}' });
  setHandler(
    cancelOnboardingSignal,
    (message) => {
      cancelledBy = { by: String(message?.by ?? 'somebody'), reason: String(message?.reason ?? 'no reason given') };
      story.cancel();
    },
    { description: 'Give up and undo what was given: {"by": "who", "reason": "why"}' },
  );
  setHandler(progressQuery, () => checklist.progress(), { description: 'The ten steps, and what is waited for.' });

  try {
    await story.run(tenSteps);
  } catch (error) {
    if (!isCancellation(error)) throw error;
    await CancellationScope.nonCancellable(undo);
    if (cancelledBy === null)
      throw new CancelledFailure('The onboarding was cancelled; what it gave has been taken back.');
    return result('cancelled');
  }
  await condition(allHandlersFinished);
  return result('completed');

  async function tenSteps(): Promise<void> {
    upsertSearchAttributes([{ key: ERP_TYPE, value: input.erpType }]);
    await steps.human(1, () => received.agreementSigned ?? null);

    await steps.automated(2, async () => {
      const registered = await platform.registerDistributor({ onboardingId: workflowInfo().workflowId, input });
      checklist.distributorId = registered.distributorId;
      upsertSearchAttributes([{ key: DISTRIBUTOR_ID, value: registered.distributorId }]);
      return 'Admin Service';
    });
    const distributorId = checklist.distributorId!;

    await steps.automated(3, async () => {
      await platform.provisionCredentials({ distributorId, requestId: workflowInfo().workflowId });
      return 'Internal CA';
    });
    await steps.human(4, () => received.secretsAcknowledged ?? null);
    const books = (input.erpType === 'csv' ? byFiles : byConnector)(distributorId, input, say);
    way = books;
    await accessAndDisclosure(books);
    await steps.automated(6, () => books.test());

    const period = backfillPeriod();
    await steps.automated(7, () => books.readHistory(period));
    await steps.automated(8, async (attempt) => {
      // A retry reads the history again: what was mended in the books shows only then.
      if (attempt > 1) await books.readHistory(period);
      return await qualityReview(distributorId, period);
    });

    await steps.human(9, () => received.consentCompleted ?? null);
    await steps.automated(10, async () => {
      const { by, reference, note } = received.consentCompleted!;
      await platform.publishHeld({ distributorId, consent: { by, reference, note } });
      return await books.goOn();
    });
    await steps.alertsSent();
  }

  /** Step 5: what can be seen nobody need say, a connector that polls; that the retailers were told, only people know. */
  async function accessAndDisclosure(books: OnboardingWay): Promise<void> {
    let seen = false;
    const looking = new CancellationScope();
    const looked = looking
      .run(async () => {
        for (let waitMs = LOOK_FIRST_MS; !seen; waitMs = Math.min(waitMs * 2, LOOK_AT_LAST_MS)) {
          seen = await books.isThere();
          if (!seen) await sleep(waitMs);
        }
      })
      .catch((error: unknown) => {
        if (!isCancellation(error)) throw error;
      });
    await steps.human(5, () => (seen || received.connectorInstalled ? (received.disclosureConfirmed ?? null) : null));
    looking.cancel();
    await looked;
  }

  /** Step 8: the score is measured by machine, confirmed by a person. Answers who approved. */
  async function qualityReview(distributorId: string, period: Period): Promise<string> {
    quality = await platform.measureQuality({ distributorId, erpType: input.erpType, ...period });
    say(`Completeness **${quality.score}** of 100 over ${quality.records} records; ${PASSING_SCORE} passes.`);
    if (quality.score < PASSING_SCORE)
      throw new StepFailed(`Completeness is ${quality.score}; ${PASSING_SCORE} is needed.`);
    delete received.qualityRejected;
    checklist.begin(8, 'waiting', Date.now());
    show();
    await condition(() => verdict() !== null);
    const { approved, by, why } = verdict()!;
    if (!approved) throw new StepFailed(`Rejected by ${by}: ${why}`);
    say(null);
    return by;
  }

  function verdict(): { approved: boolean; by: string; why: string } | null {
    const { qualityApproved, qualityRejected } = received;
    const done = qualityApproved ?? qualityRejected;
    return done ? { approved: done === qualityApproved, by: done.by, why: done.note ?? done.reference } : null;
  }

  function backfillPeriod(): Period {
    const today = DateTime.fromMillis(Date.now(), { zone: input.timeZone });
    return { from: today.minus({ months: input.backfillMonths }).toISODate()!, to: today.toISODate()! };
  }

  /** What undoes a gift cannot be cancelled. */
  async function undo(): Promise<void> {
    const { by, reason } = cancelledBy ?? { by: 'Temporal', reason: 'workflow cancelled' };
    if (checklist.distributorId !== null) {
      await platformUntilDone.undoOnboarding({ distributorId: checklist.distributorId, by, reason });
    }
    checklist.cancelled = `by ${by}: ${reason}`;
    say(`**Cancelled** by ${by}: ${reason}. Certificates and keys are revoked, held data is purged.`);
  }

  function result(onboarding: OnboardingResult['onboarding']): OnboardingResult {
    return {
      onboarding,
      distributorId: checklist.distributorId,
      completeness: quality?.score ?? null,
      totals: way?.totals() ?? emptyTotals(),
      watermark: way?.watermark() ?? null,
    };
  }
}

function validated(raw: unknown): OnboardingInput {
  const parsed = OnboardingInput.safeParse(raw);
  if (parsed.success) return parsed.data;
  throw ApplicationFailure.nonRetryable(sentenceOf(parsed.error, 'The onboarding input'), 'InvalidInput');
}
