import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { untilReachable } from '../../src/ops/until-reachable.js';

class Away extends Error {}

describe('a program that starts before what it needs', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });
  const isAway = (error: unknown): boolean => error instanceof Away;
  const logOf = () => ({ warn: jest.fn(), info: jest.fn() });

  it('waits, ever longer up to half a minute, and says each time for what', async () => {
    const log = logOf();
    const triedAtS: number[] = [];
    const beganMs = Date.now();
    const attempt = async (): Promise<string> => {
      triedAtS.push((Date.now() - beganMs) / 1_000);
      if (triedAtS.length <= 7) throw new Away('connection refused');
      return 'there';
    };
    const answer = untilReachable('The store', attempt, { log, isAway });
    await jest.advanceTimersByTimeAsync(200_000);
    expect(await answer).toBe('there');
    expect(triedAtS).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(log.warn).toHaveBeenCalledTimes(7);
    expect(log.warn).toHaveBeenLastCalledWith(
      { reason: 'connection refused', nextTryInMs: 30_000 },
      'The store cannot be reached; waiting for it',
    );
    expect(log.info).toHaveBeenCalledWith('The store can be reached');
  });

  it('ends at once where waiting does not help', async () => {
    const log = logOf();
    const attempt = () => Promise.reject(new Error('wrong password'));
    await expect(untilReachable('The store', attempt, { log, isAway })).rejects.toThrow('wrong password');
    expect(log.warn).not.toHaveBeenCalled();
  });
});
