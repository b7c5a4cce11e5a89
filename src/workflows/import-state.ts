import { ApplicationFailure, TimeoutFailure } from '@temporalio/workflow';
import { BRIDGE_FAILURE, type BridgeFailure } from '../activities/bridge/tasks.js';
import type { StateCounts } from '../canonical/bridge.js';
import { ImportAsked, type ImportStage, type ImportTrouble } from '../canonical/import-messages.js';
import { sentenceOf } from '../canonical/sentence.js';
import { causeOf } from './failures.js';

/** Everything `voucherImport` knows, as plain data: what it continues as new with. */
export interface ImportState {
  companyId: string;
  jobId: string;
  keepOpenMs: number;
  pickupMs: number;
  stage: ImportStage;
  /** Null before the job was read. */
  createLedgers: boolean | null;
  /** Null before the rows were held against the company's rules and Tally's masters. */
  mayWrite: boolean | null;
  counts: StateCounts;
  /** Rows still to be written. */
  remaining: number;
  ledgersCreated: number;
  paused: { by: string; reason: string } | null;
  stuck: Stuck | null;
  /** ISO: until then rows wait for people. */
  openUntil: string | null;
  notUsed: string[];
}

export interface Stuck {
  code: ImportTrouble;
  sentence: string;
  /** ISO. */
  since: string;
  /** Only a person can say that it is mended. */
  stopped: boolean;
  tries: number;
  alerted: boolean;
}

/** Of the run under way: nothing of it is carried on. */
export interface ImportRun {
  /** Ends the bridge's work under way, after the row it is at. */
  interrupt: () => void;
  /** Stretches that came to their end. */
  stretches: number;
  reopened: number;
  resumed: number;
}

const NO_COUNTS: StateCounts = {
  pending: 0,
  sending: 0,
  created: 0,
  already_there: 0,
  refused: 0,
  unknown: 0,
  skipped: 0,
};
const MOST_NOT_USED = 10;

/** @throws ApplicationFailure InvalidInput */
export function begun(raw: ImportAsked | ImportState): ImportState {
  if (typeof raw === 'object' && raw !== null && 'counts' in raw) return raw;
  const asked = ImportAsked.safeParse(raw);
  if (!asked.success) throw ApplicationFailure.nonRetryable(sentenceOf(asked.error, 'The import'), 'InvalidInput');
  return {
    ...asked.data,
    stage: 'preparing',
    createLedgers: null,
    mayWrite: null,
    counts: NO_COUNTS,
    remaining: 0,
    ledgersCreated: 0,
    paused: null,
    stuck: null,
    openUntil: null,
    notUsed: [],
  };
}

export const isHalted = ({ paused, stuck }: ImportState): boolean => paused !== null || stuck?.stopped === true;
/** Rows that somebody could still see to. */
export const waitsForPeople = ({ counts }: ImportState): boolean => counts.refused + counts.unknown > 0;
export const rowsSettled = ({ counts }: ImportState): number => rowsOf(counts) - counts.pending - counts.sending;
export const rowsOf = (counts: StateCounts): number => Object.values(counts).reduce((sum, count) => sum + count, 0);

export function noteUnused(state: ImportState, sentence: string): void {
  state.notUsed = [...state.notUsed, sentence].slice(-MOST_NOT_USED);
}

const TROUBLES: Record<BridgeFailure, ImportTrouble> = {
  [BRIDGE_FAILURE.tallyUnreachable]: 'TALLY_UNREACHABLE',
  [BRIDGE_FAILURE.platformUnavailable]: 'PLATFORM_UNAVAILABLE',
  [BRIDGE_FAILURE.tallyMisconfigured]: 'TALLY_MISCONFIGURED',
  [BRIDGE_FAILURE.credentialsRefused]: 'CREDENTIALS_REFUSED',
  [BRIDGE_FAILURE.requestRefused]: 'REQUEST_REFUSED',
};
const PASSING: readonly ImportTrouble[] = ['BRIDGE_OFFLINE', 'TALLY_UNREACHABLE', 'PLATFORM_UNAVAILABLE'];

/** Why a piece of the bridge's work ended. */
export function troubleOf(error: unknown): Pick<Stuck, 'code' | 'sentence' | 'stopped'> {
  const cause = (error as Error).cause;
  if (cause instanceof TimeoutFailure) {
    const sentence =
      cause.timeoutType === 'SCHEDULE_TO_START'
        ? 'The bridge does not take the task: it is not running, has no connection, or is busy with another job of its company.'
        : 'The bridge ended in the middle of its work, and nobody has gone on with it yet.';
    return { code: 'BRIDGE_OFFLINE', sentence, stopped: false };
  }
  const { type, message } = causeOf(error);
  const code = TROUBLES[type as BridgeFailure] ?? 'FAILED';
  return { code, sentence: message, stopped: !PASSING.includes(code) };
}
