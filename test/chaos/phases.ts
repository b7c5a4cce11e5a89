import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { PendingActivityState } = proto.temporal.api.enums.v1;

export type Stage = 'backfill' | 'consent' | 'delta';
export type Phase = 'extract' | 'normalise' | 'sign and post' | 'publish' | 'between windows' | 'publish held';

const OF_A_RUN: readonly Phase[] = ['extract', 'normalise', 'sign and post', 'publish', 'between windows'];
export const PHASES: Record<Stage, readonly Phase[]> = {
  backfill: OF_A_RUN,
  consent: ['publish held'],
  delta: OF_A_RUN,
};

const PHASE_OF_ACTIVITY: Record<string, Phase> = {
  extract: 'extract',
  normalise: 'normalise',
  sign: 'sign and post',
  post: 'sign and post',
  publish: 'publish',
  publishHeld: 'publish held',
};

/** Tells what the workflow that does the work is at, from the server's own record, so that it needs no worker. */
export class Phases {
  constructor(private readonly client: Client) {}

  /**
   * Until one of the wanted phases is under way, or after `patienceMs` until any is: what was seen, a few milliseconds ago. Null
   * when `isOver` says that there is no work left.
   */
  async until(
    owner: string,
    stage: Stage,
    wanted: readonly Phase[],
    { isOver, patienceMs }: { isOver: () => boolean; patienceMs: number },
  ): Promise<Phase | null> {
    const anyWillDo = AbortSignal.timeout(patienceMs);
    while (!isOver()) {
      const phase = await this.now(owner, stage).catch(() => null);
      if (phase !== null && (wanted.includes(phase) || anyWillDo.aborted)) return phase;
      if (phase === null) await sleep(10);
    }
    return null;
  }

  /** Null when nothing is under way: no run, or one that waits for a retry. */
  private async now(owner: string, stage: Stage): Promise<Phase | null> {
    const child = stage === 'consent' ? owner : await this.runOf(owner);
    if (child === null) return null;
    const { raw, status } = await this.client.workflow.getHandle(child).describe();
    if (status.name !== 'RUNNING') {
      this.run = null;
      return null;
    }
    const [activity] = raw.pendingActivities ?? [];
    if (!activity) return stage === 'consent' ? null : 'between windows';
    if (activity.state !== PendingActivityState.PENDING_ACTIVITY_STATE_STARTED && (activity.attempt ?? 1) > 1)
      return null;
    return PHASE_OF_ACTIVITY[activity.activityType?.name ?? ''] ?? (stage === 'consent' ? null : 'between windows');
  }

  private run: string | null = null;

  private async runOf(owner: string): Promise<string | null> {
    if (this.run === null) {
      const { raw } = await this.client.workflow.getHandle(owner).describe();
      this.run = raw.pendingChildren?.[0]?.workflowId ?? null;
    }
    return this.run;
  }
}
