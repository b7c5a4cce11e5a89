import { type Client, WorkflowExecutionAlreadyStartedError, type WorkflowHandle } from '@temporalio/client';
import { PLATFORM_QUEUE } from '../activities/platform/sync-control.js';
import { type HumanEvent, OnboardingInput, type StepDone } from '../canonical/onboarding.js';
import { sentenceOf } from '../canonical/sentence.js';
import type { distributorOnboarding } from '../workflows/distributor-onboarding.js';
import { cancelOnboardingSignal, completeStepUpdate, progressQuery, retryStepSignal } from '../workflows/messages.js';
import type { Progress } from '../workflows/onboarding-checklist.js';

/** The input is not one that an onboarding can start with; the message says where and what was expected. */
export class InputRefused extends Error {
  override readonly name = 'InputRefused';
}

/** How programs steer an onboarding; people do the same in the Temporal UI. */
export class Onboarding {
  private constructor(readonly handle: WorkflowHandle<typeof distributorOnboarding>) {}

  /** @throws InputRefused before anything is started. */
  static async start(client: Client, workflowId: string, raw: unknown): Promise<Onboarding> {
    const input = OnboardingInput.safeParse(raw);
    if (!input.success) throw new InputRefused(sentenceOf(input.error, 'The onboarding input'));
    try {
      const handle = await client.workflow.start<typeof distributorOnboarding>('distributorOnboarding', {
        workflowId,
        taskQueue: PLATFORM_QUEUE,
        args: [input.data],
        staticSummary: `onboarding, ${input.data.erpType}`,
      });
      return new Onboarding(handle);
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
      throw new InputRefused(
        `${workflowId} is already under way; take another id, or see: altscore onboard status ${workflowId}`,
      );
    }
  }

  static open(client: Client, workflowId: string): Onboarding {
    return new Onboarding(client.workflow.getHandle<typeof distributorOnboarding>(workflowId));
  }

  progress(): Promise<Progress> {
    return this.handle.query(progressQuery);
  }

  /** An update, since the one who tells wants to know how it was taken. */
  async tell(event: HumanEvent, done: StepDone): Promise<string> {
    const { answer } = await this.handle.executeUpdate(completeStepUpdate, { args: [{ event, ...done }] });
    return answer;
  }

  retry(by: string): Promise<void> {
    return this.handle.signal(retryStepSignal, { by });
  }

  cancel(by: string, reason: string): Promise<void> {
    return this.handle.signal(cancelOnboardingSignal, { by, reason });
  }
}
