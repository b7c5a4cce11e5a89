import { chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';
import { TallyMisconfigured } from './errors.js';

/**
 * One Tally, one conversation, also between programs: a connector and a bridge on one machine ask one after the other. The
 * folder must be the same for both (`ALTSCORE_LOCK_DIR`; in containers a volume they share).
 */
const folder = (): string => process.env.ALTSCORE_LOCK_DIR ?? join(tmpdir(), 'altscore-tally');

/** A program that was killed holds its lock for this long. */
const STALE_MS = 10_000;
const RETRIES = { forever: true, minTimeout: 20, maxTimeout: 1_000, factor: 1.5, randomize: true } as const;

/** `localhost`, `127.0.0.1` and `::1` are one Tally. */
const nameOf = (host: string, port: number): string =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host)
    ? `this-machine-${port}`
    : `${host.toLowerCase().replace(/[^a-z0-9.-]/g, '_')}-${port}`;

/** Runs `work` while no other program on this machine speaks to that Tally. @throws TallyMisconfigured where no lock can be made */
export async function holdingHost<T>(host: string, port: number, work: () => Promise<T>): Promise<T> {
  const release = await acquire(join(folder(), nameOf(host, port)));
  try {
    return await work();
  } finally {
    // Lost to a program that took this one for dead, while the machine slept: there is nothing left to give back.
    await release().catch(() => undefined);
  }
}

async function acquire(file: string): Promise<() => Promise<void>> {
  try {
    const made = await mkdir(folder(), { recursive: true });
    // Programs of other users share it, whatever the umask of the first one.
    if (made !== undefined) await chmod(folder(), 0o777);
  } catch (error) {
    throw new TallyMisconfigured(
      'SETTINGS_INVALID',
      `The lock of this Tally cannot be made in ${folder()} (${(error as NodeJS.ErrnoException).code}): expected a folder that may be written to, named by ALTSCORE_LOCK_DIR.`,
    );
  }
  return await lock(file, { stale: STALE_MS, retries: RETRIES, realpath: false, onCompromised: () => undefined });
}
