import { describe, expect, it } from '@jest/globals';
import { WindowNotHeld } from '../../src/activities/connector/errors.js';
import { type HeldWindow, HeldWindows } from '../../src/activities/connector/held-windows.js';

const window = (syncId: string): HeldWindow => ({
  syncId,
  period: { from: '2026-04-01', to: '2026-04-30' },
  rows: [],
  masters: {},
  withOpening: false,
  changedSince: null,
  withdrawn: [],
  epoch: 0,
  quarantined: {},
  batches: [],
});
const HOUR_MS = 3_600_000;

describe('windows held in memory', () => {
  it('tell their owner how many they are, so that the process queue is polled only meanwhile', () => {
    const told: number[] = [];
    const held = new HeldWindows((count) => told.push(count));
    held.hold(window('syn_a'));
    held.hold(window('syn_b'));
    held.release('syn_a');
    held.release('syn_a');
    held.release('syn_b');
    expect(told).toEqual([1, 2, 1, 0]);
  });

  it('are an error that says so once they are gone', () => {
    const held = new HeldWindows(() => undefined);
    expect(() => held.get('syn_a')).toThrow(WindowNotHeld);
  });

  it('are forgotten when nobody asked about them for two hours', () => {
    let nowMs = 0;
    const held = new HeldWindows(
      () => undefined,
      () => nowMs,
    );
    held.hold(window('syn_old'));
    held.hold(window('syn_used'));
    nowMs = 1.5 * HOUR_MS;
    held.get('syn_used');
    nowMs = 2.5 * HOUR_MS;
    held.hold(window('syn_new'));
    expect(() => held.get('syn_old')).toThrow(WindowNotHeld);
    expect(held.get('syn_used').syncId).toBe('syn_used');
    expect(held.count).toBe(2);
  });
});
