import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { lockFolder, makeLockFolder, STALE_MS, tryLock } from '../ops/machine-lock.js';

const LOOK_AGAIN_MS = 250;

/** Two would write two jobs at once, and a voucher that stands in both could slip through between asking and sending. */
export class AnotherBridge extends Error {
  override readonly name = 'AnotherBridge';
  constructor(companyId: string) {
    super(`Another bridge of ${companyId} runs on this machine: expected one a company. Stop that one first.`);
  }
}

/**
 * Answers what gives the place up. By default it waits for as long as it takes to notice that the other one is dead.
 *
 * @param lost Is told when another bridge took this one for dead, as while the machine slept
 * @throws AnotherBridge
 */
export async function beTheOnlyBridge(
  companyId: string,
  lost: () => void,
  patienceMs = 2 * STALE_MS,
): Promise<() => Promise<void>> {
  await makeLockFolder();
  const patience = AbortSignal.timeout(patienceMs);
  for (;;) {
    const leave = await tryLock(join(lockFolder(), `bridge-${companyId}`), lost);
    if (leave) return leave;
    if (patience.aborted) throw new AnotherBridge(companyId);
    await wait(LOOK_AGAIN_MS);
  }
}
