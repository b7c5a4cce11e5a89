import { describe, expect, it } from '@jest/globals';
import { startingPoint } from '../../src/canonical/watermark.js';

const at = (day: number, epoch: number, vouchers: number) => ({
  last_sync_at: `2026-11-0${day}T00:00:00.000Z`,
  counters: { vouchers },
  epoch,
});

describe('a run starts', () => {
  it('from the lower of what the sync and the store remember', () => {
    expect(startingPoint(at(3, 0, 30), at(2, 0, 20))).toEqual(at(2, 0, 20));
    expect(startingPoint(at(2, 0, 20), at(3, 0, 30))).toEqual(at(2, 0, 20));
    expect(startingPoint(at(2, 0, 20), null)).toEqual(at(2, 0, 20));
  });

  it('from what a person has set in the store since', () => {
    expect(startingPoint(at(2, 0, 20), at(4, 1, 40))).toEqual(at(4, 1, 40));
  });

  it('with no counters known when the store was restored to before a person set the watermark', () => {
    expect(startingPoint(at(3, 1, 30), at(2, 0, 90))).toEqual({ ...at(2, 1, 0), counters: {} });
    expect(startingPoint(at(1, 1, 30), at(2, 0, 90))).toEqual({ ...at(1, 1, 0), counters: {} });
  });
});
