import { DateTime } from 'luxon';
import { addDays } from './calendar.js';

/** Both included, ISO, in the distributor's calendar. */
interface Days {
  from: string;
  to: string;
}

/** What is read from an ERP at once, and held in the connector's memory until it is sent. */
export interface Window {
  /** Every document dated so. */
  dated: Days | null;
  /** Those dated so that changed since the delta's counters. */
  changed: Days | null;
  /** Also what masters alone hold: open bills from before the books. */
  withOpening: boolean;
  /** Also withdraw what was deleted since those counters; without any, all that the ERP no longer has. */
  withdraw: boolean;
}

/** The windows of a period; a delta's first one also takes what changed in the books of earlier days, from `changedFrom`. */
export function windowsOf(periods: Days[], changedFrom: string | null, withCensus = false): Window[] {
  return periods.map((dated, index) => {
    const isFirst = index === 0;
    const before = isFirst && changedFrom !== null && changedFrom < dated.from;
    return {
      dated,
      changed: before ? { from: changedFrom, to: addDays(dated.from, -1) } : null,
      withOpening: isFirst,
      withdraw: isFirst && (changedFrom !== null || withCensus),
    };
  });
}

/** The same in two, for what is too large to be held at once; null when it is a single day and cannot be less. */
export function splitWindow(window: Window): [Window, Window] | null {
  const { dated, changed } = window;
  const part = { dated: null, changed: null, withOpening: false, withdraw: false };
  if (dated && changed) {
    return [
      { ...part, changed },
      { ...window, changed: null },
    ];
  }
  const days = (dated ?? changed)!;
  const middle = middleOf(days);
  if (middle === null) return null;
  const kind = dated ? 'dated' : 'changed';
  // Deletions last: what is dated beyond the window belongs to them.
  return [
    { ...window, [kind]: { from: days.from, to: middle }, withdraw: false },
    { ...part, [kind]: { from: addDays(middle, 1), to: days.to }, withdraw: window.withdraw },
  ];
}

/** The last day of the earlier half. */
function middleOf({ from, to }: Days): string | null {
  if (from >= to) return null;
  const { days } = DateTime.fromISO(to, { zone: 'utc' }).diff(DateTime.fromISO(from, { zone: 'utc' }), 'days');
  return addDays(from, Math.floor(days / 2));
}
