import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { heartbeating } from '../../src/activities/heartbeats.js';

describe('an activity that takes long', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it.each(['ends well', 'fails'])('tells every ten seconds that it lives, until it %s', async (end) => {
    const heartbeat = jest.fn();
    let finish = (): void => undefined;
    const work = new Promise<string>((resolve, reject) => {
      finish = () => (end === 'fails' ? reject(new Error('no')) : resolve('done'));
    });
    const result = heartbeating({ heartbeat }, () => work).catch(() => 'failed');
    await jest.advanceTimersByTimeAsync(31_000);
    expect(heartbeat).toHaveBeenCalledTimes(3);
    finish();
    expect(await result).toBe(end === 'fails' ? 'failed' : 'done');
    await jest.advanceTimersByTimeAsync(60_000);
    expect(heartbeat).toHaveBeenCalledTimes(3);
  });
});
