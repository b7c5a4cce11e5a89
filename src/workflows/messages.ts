import { defineQuery, defineSignal, defineUpdate } from '@temporalio/workflow';
import type { ImportProgress, RetryRowAsked, SkipAsked } from '../canonical/import-messages.js';
import type { HumanEvent, StepDone } from '../canonical/onboarding.js';
import type { BackfillAsked, ScheduleAsked, WatermarkAsked } from '../canonical/sync-messages.js';
import type { BackupRestored, TallyExportProgress } from '../canonical/tally-export.js';
import type { Progress } from './onboarding-checklist.js';
import type { RunProgress } from './sync-run.js';
import type { SyncState } from './sync-state.js';

/**
 * Every message of every workflow. Each takes exactly one JSON object, since that is what the Temporal UI sends. A
 * Signal where the sender only tells; an Update where the sender needs an answer.
 */

// distributorOnboarding
export const humanEventSignals = {
  agreementSigned: defineSignal<[StepDone]>('agreementSigned'),
  secretsAcknowledged: defineSignal<[StepDone]>('secretsAcknowledged'),
  disclosureConfirmed: defineSignal<[StepDone]>('disclosureConfirmed'),
  connectorInstalled: defineSignal<[StepDone]>('connectorInstalled'),
  qualityApproved: defineSignal<[StepDone]>('qualityApproved'),
  qualityRejected: defineSignal<[StepDone]>('qualityRejected'),
  consentCompleted: defineSignal<[StepDone]>('consentCompleted'),
} satisfies Record<HumanEvent, unknown>;
export const retryStepSignal = defineSignal<[{ by: string; note?: string }]>('retryStep');
export const cancelOnboardingSignal = defineSignal<[{ by: string; reason: string }]>('cancelOnboarding');
export const completeStepUpdate = defineUpdate<{ answer: string }, [{ event: HumanEvent } & StepDone]>('completeStep');
export const progressQuery = defineQuery<Progress>('progress');

// distributorSync
export const syncNowSignal = defineSignal<[{ by: string }]>('syncNow');
export const retryDeferredSignal = defineSignal<[{ by: string }]>('retryDeferred');
export const pauseSignal = defineSignal<[{ by: string; reason: string }]>('pause');
export const resumeSignal = defineSignal<[{ by: string }]>('resume');
export const backfillSignal = defineSignal<[BackfillAsked]>('backfill');
export const setWatermarkUpdate = defineUpdate<{ answer: string }, [WatermarkAsked]>('setWatermark');
export const moveScheduleUpdate = defineUpdate<{ answer: string }, [ScheduleAsked]>('moveSchedule');
export const syncStateQuery = defineQuery<SyncState>('syncState');

// syncRun
export const yieldToDeltaSignal = defineSignal<[]>('yieldToDelta');
export const runProgressQuery = defineQuery<RunProgress>('runProgress');

// tallyExport
export const backupRestoredSignal = defineSignal<[BackupRestored]>('backupRestored');
export const exportProgressQuery = defineQuery<TallyExportProgress>('exportProgress');

// voucherImport, with `pause` and `resume` as distributorSync has them
export const skipSignal = defineSignal<[SkipAsked]>('skip');
export const retryRowUpdate = defineUpdate<{ answer: string }, [RetryRowAsked]>('retryRow');
export const importProgressQuery = defineQuery<ImportProgress>('progress');
