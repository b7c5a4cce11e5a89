// The servers that only tests need, pinned and installed into .tools/: an S3 store (versitygw, built from its source by Go;
// moto from PyPI where that is not possible) and what an SFTP server is written with (asyncssh from PyPI).
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { installPython, pythonIn } from './python-venv.mjs';
import { root, run } from './run.mjs';

const TOOLS = join(root, '.tools');
const VERSITYGW = { module: 'github.com/versity/versitygw/cmd/versitygw', version: 'v1.8.0' };
const VERSITYGW_FOLDER = join(TOOLS, `versitygw-${VERSITYGW.version}`);
const ASYNCSSH = 'asyncssh==2.24.1';
const MOTO = 'moto[server]==5.2.5';

/**
 * Installs what is missing: minutes the first time, for the compiler.
 * @param {(line: string) => void} [say]
 * @returns {Promise<void>}
 */
export async function ensureTestServers(say) {
  await ensureSftpPython(say);
  await ensureS3Server(say);
}

/**
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the path of a Python that has asyncssh
 * @throws {Error} one sentence on what is missing
 */
export const ensureSftpPython = (say) => ensurePython(ASYNCSSH, say);

/**
 * moto knows no wrong secret, so what tests must refuse one is skipped with it.
 * @param {(line: string) => void} [say]
 * @returns {Promise<{kind: 'versitygw', program: string} | {kind: 'moto', python: string}>}
 * @throws {Error} one sentence on what is missing
 */
export async function ensureS3Server(say = () => {}) {
  const program = findVersitygw() ?? (await withLock(`${VERSITYGW_FOLDER}.lock`, () => buildVersitygw(say)));
  if (program !== null) return { kind: 'versitygw', program };
  return { kind: 'moto', python: await ensurePython(MOTO, say) };
}

function findVersitygw() {
  const program = join(VERSITYGW_FOLDER, 'versitygw');
  return existsSync(program) ? program : null;
}

/** Null where there is no Go, or it cannot. */
async function buildVersitygw(say) {
  const built = findVersitygw();
  if (built !== null) return built;
  const { code: noGo } = await run('go', ['version'], { output: 'keep' });
  if (noGo !== 0) return null;
  say(`building versitygw ${VERSITYGW.version}, an S3 store for tests, with Go; this takes some minutes once`);
  const next = `${VERSITYGW_FOLDER}.next`;
  mkdirSync(next, { recursive: true });
  const { code, output } = await run('go', ['install', `${VERSITYGW.module}@${VERSITYGW.version}`], {
    env: { ...process.env, GOBIN: next, GOFLAGS: '', CGO_ENABLED: '0' },
    output: 'keep',
  });
  if (code !== 0) {
    say(`versitygw could not be built; moto takes its place.\n${output.trim().split('\n').at(-1)}`);
    return null;
  }
  renameSync(next, VERSITYGW_FOLDER);
  return findVersitygw();
}

async function ensurePython(pinned, say = () => {}) {
  const folder = join(TOOLS, pinned.replace(/\[.*\]/, '').replace('==', '-'));
  const ready = () => pythonIn(folder);
  return (
    ready() ??
    (await withLock(`${folder}.lock`, async () => {
      if (ready() === null) {
        say(`installing ${pinned} from PyPI into .tools/, for tests`);
        await installPython(folder, [pinned]);
      }
      return ready();
    }))
  );
}
