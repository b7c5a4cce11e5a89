import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { withLock } from '../../scripts/lock.mjs';
import { findTemporalCli, TemporalCliMissing } from '../../scripts/temporal-cli.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bootstrap-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the lock that set-up steps take', () => {
  it('lets one in at a time, and the next when the first failed', async () => {
    const happened: string[] = [];
    const visit = (name: string, outcome: 'fine' | 'failed') =>
      withLock(join(folder, 'lock'), async () => {
        happened.push(`${name} in`);
        await sleep(50);
        happened.push(`${name} out`);
        if (outcome === 'failed') throw new Error(name);
      });
    const visits = await Promise.allSettled([visit('first', 'failed'), visit('second', 'fine')]);
    expect(visits.map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
    expect(happened).toEqual(['first in', 'first out', 'second in', 'second out']);
  });

  it('passes over a holder that died', async () => {
    const { pid } = spawnSync(process.execPath, ['--version']);
    await mkdir(join(folder, 'lock'));
    await writeFile(join(folder, 'lock/pid'), String(pid));
    expect(await withLock(join(folder, 'lock'), async () => 'in')).toBe('in');
  });
});

describe('finding the Temporal CLI', () => {
  const program = async (path: string) => {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), '');
    await chmod(join(folder, path), 0o755);
    return join(folder, path);
  };

  it('TEMPORAL_CLI goes before the PATH', async () => {
    const named = await program('named/my-temporal');
    const onPath = await program('bin/temporal');
    const PATH = `${folder}/nowhere:${join(folder, 'bin')}`;
    expect(findTemporalCli({ TEMPORAL_CLI: named, PATH })).toBe(named);
    expect(findTemporalCli({ PATH })).toBe(onPath);
  });

  it('a folder of that name on the PATH is not a program', async () => {
    await mkdir(join(folder, 'bin/temporal'), { recursive: true });
    expect(findTemporalCli({ PATH: join(folder, 'bin') })).not.toBe(join(folder, 'bin/temporal'));
  });

  it('TEMPORAL_CLI that names no program is refused by name rather than passed over', () => {
    const missing = join(folder, 'missing');
    expect(() => findTemporalCli({ TEMPORAL_CLI: missing, PATH: '' })).toThrow(TemporalCliMissing);
    expect(() => findTemporalCli({ TEMPORAL_CLI: missing, PATH: '' })).toThrow(missing);
  });
});
