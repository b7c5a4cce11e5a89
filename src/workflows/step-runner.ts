import { condition, isCancellation } from '@temporalio/workflow';
import type { StepDone } from '../canonical/onboarding.js';
import { causeOf } from './failures.js';
import type { OnboardingChecklist } from './onboarding-checklist.js';

/** A step's own way of saying that it did not succeed; the sentence is shown to operators. */
export class StepFailed extends Error {
  override readonly name = 'StepFailed';
}

interface Desk {
  checklist: OnboardingChecklist;
  show(): void;
  alert(rule: string, audience: string, message: string): Promise<void>;
  /** What was alerted of a step is over. */
  resolve(number: number): Promise<void>;
}

/** How a step of the checklist is waited for or worked at: due dates watched, failures shown, retries asked for. */
export class StepRunner {
  private retryAsked = false;
  private readonly alerted = new Set<number>();
  private readonly watched = new Map<number, Promise<void>>();

  constructor(private readonly desk: Desk) {}

  askRetry(): void {
    this.retryAsked = true;
  }

  /** A step people end. `done` answers who ended it, null while it is open. */
  async human(number: number, done: () => StepDone | null): Promise<void> {
    const { checklist, show } = this.desk;
    checklist.begin(number, 'waiting', Date.now());
    this.watchDueDate(number);
    show();
    await condition(() => done() !== null);
    await this.finish(number, done()!.by, done()!.reference);
  }

  /**
   * A step machines do. When its work throws, the step is failed, its owner hears, and it waits for `retryStep`; the
   * work then runs again. `work` answers by whom the step was ended.
   */
  async automated(number: number, work: (attempt: number) => Promise<string>): Promise<void> {
    const { checklist, show, alert } = this.desk;
    for (let attempt = 1; ; attempt += 1) {
      const step = checklist.begin(number, 'running', Date.now());
      this.watchDueDate(number);
      show();
      try {
        return await this.finish(number, await work(attempt), null);
      } catch (error) {
        if (isCancellation(error)) throw error;
        const reason = error instanceof StepFailed ? error.message : causeOf(error).message;
        checklist.fail(number, reason, Date.now());
        show();
        this.retryAsked = false;
        this.alerted.add(number);
        await alert(
          'step_failed',
          step.owner,
          `Step ${number} (${step.name}) failed and waits for retryStep: ${reason}`,
        );
        await condition(() => this.retryAsked);
      }
    }
  }

  /** An alert under way when the last step ends must still go out. */
  async alertsSent(): Promise<void> {
    await Promise.all(this.watched.values());
  }

  private async finish(number: number, by: string, note: string | null): Promise<void> {
    this.desk.checklist.finish(number, by, note, Date.now());
    this.desk.show();
    if (this.alerted.delete(number)) await this.desk.resolve(number);
  }

  /** Runs beside the step: that it is late is said once, to its owner, and the waiting goes on. */
  private watchDueDate(number: number): void {
    if (!this.watched.has(number)) this.watched.set(number, this.untilDueOrDone(number));
  }

  private async untilDueOrDone(number: number): Promise<void> {
    const { checklist, show, alert } = this.desk;
    const step = checklist.step(number);
    const due = step.due ?? '';
    try {
      if (await condition(() => step.status === 'done', Math.max(Date.parse(due) - Date.now(), 1))) return;
      step.overdue = true;
      this.alerted.add(number);
      show();
      await alert(
        'step_overdue',
        step.owner,
        `Step ${number} (${step.name}) was due ${due.slice(0, 10)} and is not done.`,
      );
    } catch (error) {
      if (!isCancellation(error)) throw error;
    }
  }
}
