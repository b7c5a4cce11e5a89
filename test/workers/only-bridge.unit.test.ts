import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { AnotherBridge, beTheOnlyBridge } from '../../src/workers/only-bridge.js';

const ignored = () => undefined;

describe('a bridge', () => {
  let folder: string;
  const before = process.env.ALTSCORE_LOCK_DIR;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'locks-'));
    process.env.ALTSCORE_LOCK_DIR = folder;
  });
  afterEach(async () => {
    if (before === undefined) delete process.env.ALTSCORE_LOCK_DIR;
    else process.env.ALTSCORE_LOCK_DIR = before;
    await rm(folder, { recursive: true, force: true });
  });

  it('is the only one of its company on a machine, and says so', async () => {
    const leave = await beTheOnlyBridge('sharma-main', ignored);
    const second = beTheOnlyBridge('sharma-main', ignored, 300);
    await expect(second).rejects.toThrow(AnotherBridge);
    await expect(second).rejects.toThrow(/sharma-main/);
    await leave();
  });

  it('stands beside those of other companies', async () => {
    const leave = await beTheOnlyBridge('sharma-main', ignored);
    const other = await beTheOnlyBridge('verma-main', ignored, 300);
    await Promise.all([leave(), other()]);
  });

  it('takes the place of one that has stopped', async () => {
    const leave = await beTheOnlyBridge('sharma-main', ignored);
    const next = beTheOnlyBridge('sharma-main', ignored, 10_000);
    await leave();
    await (await next)();
  });
});
