import { access, chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lock } from 'proper-lockfile';
import { TallyMisconfigured } from './errors.js';

/**
 * One Tally, one conversation, also between programs: a connector and a bridge on one machine ask one after the other. The
 * folder must be the same for both (`ALTSCORE_LOCK_DIR`; in containers a volume they share).
 */
const folder = (): string => process.env.ALTSCORE_LOCK_DIR ?? join(tmpdir(), 'altscore-tally');

/** A program that was killed holds its lock for this long. */
const STALE_MS = 10_000;
/** Between two looks at a lock that another program holds. */
const PAUSE_MS = { first: 10, longest: 100 };
/** So many times something else than a holder may be in the way, such as another program that clears away a dead one's lock. */
const ODDITIES = 3;

/** `localhost`, `127.0.0.1` and `::1` are one Tally. */
const nameOf = (host: string, port: number): string =>
  /^(localhost|127\.\d+\.\d+\.\d+|\[?::1\]?)$/i.test(host)
    ? `this-machine-${port}`
    : `${host.toLowerCase().replace(/[^a-z0-9.-]/g, '_')}-${port}`;

/**
 * Runs `work` while no other program on this machine speaks to that Tally, in turn: who waits comes before who asks again.
 *
 * @throws TallyMisconfigured where no lock can be made
 */
export async function holdingHost<T>(host: string, port: number, work: () => Promise<T>): Promise<T> {
  const tally = join(folder(), nameOf(host, port));
  await makeFolder();
  const release = await acquireInTurn(tally);
  try {
    return await work();
  } finally {
    await release();
  }
}

type Release = () => Promise<void>;

/** Who finds the lock held, or somebody waiting for it, stands in a queue: another lock, which the next one holds. */
async function acquireInTurn(file: string): Promise<Release> {
  const queue = `${file}-next`;
  const isAwaited = await access(`${queue}.lock`).then(
    () => true,
    () => false,
  );
  const atOnce = isAwaited ? null : await attempt(file).catch(() => null);
  if (atOnce) return atOnce;
  const leave = await acquire(queue);
  return await acquire(file).finally(leave);
}

async function acquire(file: string): Promise<Release> {
  let oddities = 0;
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MS.longest)) {
    try {
      const release = await attempt(file);
      if (release) return release;
    } catch (error) {
      oddities += 1;
      if (oddities > ODDITIES) throw unwritable(error);
    }
    await wait(pauseMs * (0.5 + Math.random() / 2));
  }
}

/** Null: another program holds it. */
async function attempt(file: string): Promise<Release | null> {
  try {
    const release = await lock(file, { stale: STALE_MS, realpath: false, onCompromised: () => undefined });
    // Lost to a program that took this one for dead, while the machine slept: there is nothing left to give back.
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}

async function makeFolder(): Promise<void> {
  try {
    const made = await mkdir(folder(), { recursive: true });
    // Programs of other users share it, whatever the umask of the first one.
    if (made !== undefined) await chmod(folder(), 0o777);
  } catch (error) {
    throw unwritable(error);
  }
}

const unwritable = (error: unknown): TallyMisconfigured =>
  new TallyMisconfigured(
    'SETTINGS_INVALID',
    `The lock of this Tally cannot be made in ${folder()} (${(error as NodeJS.ErrnoException).code}): expected a folder that may be written to, named by ALTSCORE_LOCK_DIR.`,
  );
