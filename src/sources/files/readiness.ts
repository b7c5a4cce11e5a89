import { DateTime } from 'luxon';
import { type ListedFile, looksLike, type Sight } from './file-source.js';

/** Why a file is not read yet: its name says so, it is too new, it changed since it was seen, or nobody looked twice yet. */
export type WaitingReason = 'unfinished_name' | 'too_young' | 'still_moving' | 'not_seen_twice';
export type Readiness = { state: 'ready' } | { state: 'waiting'; reason: WaitingReason };

/** How a file looked when it was last listed. */
export interface Sighting extends Sight {
  /** ISO: when it was first listed with just this size and time. */
  since: string;
}

interface Looking {
  file: ListedFile;
  /** Null where it was never listed before. */
  before: Sighting | null;
  /** ISO. */
  now: string;
  minAgeSeconds: number;
  /** Of the place: there a name can be unfinished, but not a file. */
  appearsWhole: boolean;
}

/** What uploading programs call a file until it is whole. */
const UNFINISHED = /^[.~]|~$|\.(?:part|filepart|tmp|crdownload)$/i;

/** Whether a file is whole, as far as a look from outside can tell. */
export function readinessOf({ file, before, now, minAgeSeconds, appearsWhole }: Looking): Readiness {
  const name = file.path.slice(file.path.lastIndexOf('/') + 1);
  if (UNFINISHED.test(name)) return waiting('unfinished_name');
  if (appearsWhole) return { state: 'ready' };
  if (before && !looksLike(before, file)) return waiting('still_moving');
  if (ageSeconds(file, before, now) < minAgeSeconds) return waiting('too_young');
  return before ? { state: 'ready' } : waiting('not_seen_twice');
}

/** A time in the future is a clock that goes wrong, or was carried over: then only what was seen counts. */
function ageSeconds(file: ListedFile, before: Sighting | null, now: string): number {
  const at = DateTime.fromISO(now);
  const modified = DateTime.fromISO(file.modifiedAt);
  const from = modified <= at ? modified : before ? DateTime.fromISO(before.since) : at;
  return at.diff(from).as('seconds');
}

const waiting = (reason: WaitingReason): Readiness => ({ state: 'waiting', reason });
