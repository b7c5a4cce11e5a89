import { chmod, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lock } from 'proper-lockfile';

/** A program that was killed holds its locks for this long. */
export const STALE_MS = 10_000;

/** The same for all programs of this machine (`ALTSCORE_LOCK_DIR`; in containers a volume they share). */
export const lockFolder = (): string => process.env.ALTSCORE_LOCK_DIR ?? join(tmpdir(), 'altscore-tally');

export async function makeLockFolder(): Promise<void> {
  const made = await mkdir(lockFolder(), { recursive: true });
  // Programs of other users share it, whatever the umask of the first one.
  if (made !== undefined) await chmod(lockFolder(), 0o777);
}

/**
 * Takes a lock of this machine and answers what gives it back; null: another program holds it. `lost` is told when another program
 * took this one for dead, as while the machine slept.
 */
export async function tryLock(file: string, lost: () => void = () => undefined): Promise<(() => Promise<void>) | null> {
  try {
    const release = await lock(file, { stale: STALE_MS, realpath: false, onCompromised: lost });
    // Of a lock that was lost there is nothing left to give back.
    return () => release().catch(() => undefined);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ELOCKED') return null;
    throw error;
  }
}
