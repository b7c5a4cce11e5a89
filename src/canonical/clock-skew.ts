import { DateTime } from 'luxon';
import { MAX_AGE_HOURS, MAX_AHEAD_MINUTES } from './contract.js';

/**
 * What is wrong with the time a request says it was signed at, as one sentence, or null. A retry may come long after
 * the signing, hence the two days; a signature from the future means that a clock is wrong.
 */
export function clockFault(createdAt: string, now: DateTime): string | null {
  const signed = DateTime.fromISO(createdAt);
  if (!signed.isValid) return 'x-created-at is not an ISO time; expected one such as 2026-05-19T02:04:11Z.';
  if (signed < now.minus({ hours: MAX_AGE_HOURS })) {
    return `x-created-at is more than ${MAX_AGE_HOURS} hours old; expected a request signed since. Set the clock, or sign again.`;
  }
  if (signed > now.plus({ minutes: MAX_AHEAD_MINUTES })) {
    return `x-created-at is more than ${MAX_AHEAD_MINUTES} minutes ahead of the platform; expected a right clock. Set it.`;
  }
  return null;
}
