import { describe, expect, it } from '@jest/globals';
import { addDays } from '../../src/canonical/calendar.js';
import { splitWindow, type Window, windowsOf } from '../../src/canonical/window.js';

const november = { from: '2026-11-01', to: '2026-11-30' };

describe('the windows of a period', () => {
  it('of a backfill hold what is dated so, the first one the open bills too', () => {
    const months = [november, { from: '2026-12-01', to: '2026-12-31' }];
    expect(windowsOf(months, null)).toEqual([
      { dated: months[0], changed: null, withOpening: true, withdraw: false },
      { dated: months[1], changed: null, withOpening: false, withdraw: false },
    ]);
  });

  it('of a delta take what changed in the days before it, and what was deleted', () => {
    expect(windowsOf([november], '2024-04-01')).toEqual([
      { dated: november, changed: { from: '2024-04-01', to: '2026-10-31' }, withOpening: true, withdraw: true },
    ]);
  });

  it('of a delta have nothing before them where the books begin no earlier', () => {
    expect(windowsOf([november], '2026-11-01')[0]).toMatchObject({ changed: null, withdraw: true });
  });
});

describe('a window too large to be held', () => {
  /** Splits for as long as it can be split. */
  const pieces = (window: Window): Window[] => splitWindow(window)?.flatMap(pieces) ?? [window];

  it('first parts with what changed before it', () => {
    const [delta] = windowsOf([november], '2026-10-01');
    expect(splitWindow(delta!)).toEqual([
      { dated: null, changed: { from: '2026-10-01', to: '2026-10-31' }, withOpening: false, withdraw: false },
      { dated: november, changed: null, withOpening: true, withdraw: true },
    ]);
  });

  it('comes down to single days, each day once and in order, and withdraws and opens once', () => {
    const [delta] = windowsOf([november], '2026-10-01');
    const parts = pieces(delta!);
    const days = parts.map(({ dated, changed }) => (dated ?? changed)!);
    expect(days.every(({ from, to }) => from === to)).toBe(true);
    expect(days.map(({ from }) => from)).toEqual(Array.from({ length: 61 }, (_, day) => addDays('2026-10-01', day)));
    expect(parts.filter(({ withdraw }) => withdraw)).toHaveLength(1);
    expect(parts.filter(({ withOpening }) => withOpening)).toHaveLength(1);
  });

  it('is not less than a day', () => {
    const [day] = windowsOf([{ from: '2026-11-01', to: '2026-11-01' }], null);
    expect(splitWindow(day!)).toBeNull();
  });
});
