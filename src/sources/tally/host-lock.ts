import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lockFolder, makeLockFolder, tryLock } from '../../ops/machine-lock.js';
import { TallyMisconfigured } from './errors.js';

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
 * One Tally, one conversation, also between programs: runs `work` while no other program on this machine speaks to that Tally, in
 * turn: who waits comes before who asks again.
 *
 * @throws TallyMisconfigured where no lock can be made
 */
export async function holdingHost<T>(host: string, port: number, work: () => Promise<T>): Promise<T> {
  const tally = join(lockFolder(), nameOf(host, port));
  await makeLockFolder().catch((error: unknown) => {
    throw unwritable(error);
  });
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
  const atOnce = isAwaited ? null : await tryLock(file).catch(() => null);
  if (atOnce) return atOnce;
  const leave = await acquire(queue);
  return await acquire(file).finally(leave);
}

async function acquire(file: string): Promise<Release> {
  let oddities = 0;
  for (let pauseMs = PAUSE_MS.first; ; pauseMs = Math.min(pauseMs * 1.5, PAUSE_MS.longest)) {
    try {
      const release = await tryLock(file);
      if (release) return release;
    } catch (error) {
      oddities += 1;
      if (oddities > ODDITIES) throw unwritable(error);
    }
    await wait(pauseMs * (0.5 + Math.random() / 2));
  }
}

const unwritable = (error: unknown): TallyMisconfigured =>
  new TallyMisconfigured(
    'SETTINGS_INVALID',
    `The lock of this Tally cannot be made in ${lockFolder()} (${(error as NodeJS.ErrnoException).code}): expected a folder that may be written to, named by ALTSCORE_LOCK_DIR.`,
  );
