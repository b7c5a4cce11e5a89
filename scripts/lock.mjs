// A lock between processes: a folder that only one of them can make. No dependencies, because it is needed before any is installed.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** How long a lock may stand without its owner's process id in it: its owner died between making and signing it. */
const UNSIGNED_FOR_AT_MOST_MS = 5_000;

/**
 * Runs `work` while holding the lock `folder`, waiting for another holder; a holder that died is passed over.
 * @template T
 * @param {string} folder
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(folder, work) {
  mkdirSync(dirname(folder), { recursive: true });
  while (!take(folder)) await sleep(200);
  try {
    return await work();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function take(folder) {
  try {
    mkdirSync(folder);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    if (isAbandoned(folder)) rmSync(folder, { recursive: true, force: true });
    return false;
  }
  writeFileSync(`${folder}/pid`, String(process.pid));
  return true;
}

function isAbandoned(folder) {
  try {
    const holder = Number(readFileSync(`${folder}/pid`, 'utf8'));
    if (holder > 0) return !isAlive(holder);
  } catch {
    // Not signed yet, or just given back.
  }
  const madeAt = statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now();
  return Date.now() - madeAt > UNSIGNED_FOR_AT_MOST_MS;
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
