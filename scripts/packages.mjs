// Installs the npm packages package-lock.json names, when they are not there.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { withLock } from './lock.mjs';
import { arePostgresBinariesGone } from './postgres-binaries.mjs';
import { root, run } from './run.mjs';

export class PackagesNotInstalled extends Error {
  name = 'PackagesNotInstalled';
}

/**
 * True when node_modules holds every package of the lock file in its version. Content is compared, not times: a checkout or a
 * restored cache sets those as it likes. Optional packages may be missing, being for other machines.
 */
export function arePackagesInstalled() {
  const installedFile = join(root, 'node_modules/.package-lock.json');
  if (!existsSync(installedFile) || arePostgresBinariesGone()) return false;
  const wanted = packagesIn(join(root, 'package-lock.json'));
  const installed = packagesIn(installedFile);
  return Object.entries(wanted).every(
    ([path, { version, optional, devOptional }]) =>
      path === '' || installed[path]?.version === version || (!installed[path] && (optional || devOptional)),
  );
}

/** Installs what package-lock.json says when packages are missing. @param {(line: string) => void} [say] */
export async function ensurePackages(say = () => {}) {
  if (arePackagesInstalled()) return;
  await withLock(join(root, '.tools/packages.lock'), async () => {
    if (arePackagesInstalled()) return;
    say('installing npm packages (npm ci)');
    const options = ['--include=dev', '--no-audit', '--no-fund'];
    const clean = await run('npm', ['ci', ...options], { output: 'keep' });
    if (clean.code === 0) return;
    // npm ci refuses a lock file that lacks optional packages of other kinds of machine; npm install takes it, in the same versions.
    const lenient = clean.output.includes('EUSAGE')
      ? await run('npm', ['install', '--no-save', ...options], { output: 'keep' })
      : clean;
    if (lenient.code !== 0)
      throw new PackagesNotInstalled(`npm could not install the packages.\n${lenient.output.trim()}`);
  });
}

function packagesIn(lockFile) {
  return JSON.parse(readFileSync(lockFile, 'utf8')).packages;
}
