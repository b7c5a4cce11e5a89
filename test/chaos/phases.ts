import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import proto from '@temporalio/proto';

const { PENDING_ACTIVITY_STATE_STARTED: STARTED } = proto.temporal.api.enums.v1.PendingActivityState;

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
const LOOK_EVERY_MS = 5;

/** Tells what the workflow that does the work is at, from the server's own record, so that it needs no worker. */
export class Phases {
  private run: string | null = null;

  constructor(private readonly client: Client) {}

  /** Until one of the wanted phases is under way: which, as of a few milliseconds ago. Null when the work is over before. */
  async until(
    owner: string,
    stage: Stage,
    wanted: () => readonly Phase[],
    isOver: () => boolean,
  ): Promise<Phase | null> {
    while (!isOver()) {
      const underWay = await this.underWay(owner, stage);
      const met = wanted().find((phase) => underWay.includes(phase));
      if (met) return met;
      await sleep(LOOK_EVERY_MS);
    }
    return null;
  }

  /**
   * More than one while a window is read ahead. None when there is no run, when one waits for a retry or for somebody to
   * take its task, and when the server does not answer.
   */
  async underWay(owner: string, stage: Stage): Promise<Phase[]> {
    try {
      const run = stage === 'consent' ? owner : await this.runOf(owner);
      return run === null ? [] : await this.phasesOf(run, stage);
    } catch {
      return [];
    }
  }

  private async phasesOf(run: string, stage: Stage): Promise<Phase[]> {
    const { raw, status } = await this.client.workflow.getHandle(run).describe();
    if (status.name !== 'RUNNING') {
      this.run = null;
      return [];
    }
    const activities = raw.pendingActivities ?? [];
    const started = activities.filter(({ state }) => state === STARTED);
    const phases = started.flatMap(({ activityType }) => PHASE_OF_ACTIVITY[activityType?.name ?? ''] ?? []);
    // What a run does for no window: it looks at the ERP, lets go of what it held, keeps its record, or thinks.
    const isBetween = stage !== 'consent' && phases.length === 0 && started.length === activities.length;
    return isBetween ? ['between windows'] : phases;
  }

  private async runOf(owner: string): Promise<string | null> {
    if (this.run === null) {
      const { raw } = await this.client.workflow.getHandle(owner).describe();
      this.run = raw.pendingChildren?.[0]?.workflowId ?? null;
    }
    return this.run;
  }
}
