// Compiles src/ to dist/ and puts beside it what is not TypeScript, such as SQL migrations and pages.
import { cpSync, existsSync, readdirSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { withLock } from './lock.mjs';
import { root, run } from './run.mjs';

const INPUTS = ['src', 'tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];

export class BuildFailed extends Error {
  name = 'BuildFailed';
}

/** True when dist/ is missing or something it is made from changed after it was made. */
export function isBuildStale() {
  const builtMs = statSync(join(root, 'dist'), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return builtMs === 0 || INPUTS.some((input) => newestMs(join(root, input)) > builtMs);
}

/**
 * Makes dist/ anew, in a folder beside it that then takes its place, so that whoever runs from dist/ never finds half of it.
 * @throws {BuildFailed} with the compiler's words; the dist/ that was there stays.
 */
export async function build() {
  const next = join(root, `dist.next-${process.pid}`);
  const startedAt = new Date();
  try {
    await compile('tsconfig.build.json', next, next);
    await bundleWorkflows(next);
    replaceFolder(join(root, 'dist'), next, startedAt);
  } finally {
    rmSync(next, { recursive: true, force: true });
  }
}

/**
 * Compiles the files of a tsconfig into `outDir`, and puts what is in src/ besides TypeScript into `srcOut`.
 * @param {string} project
 * @param {string} outDir
 * @param {string} srcOut where in `outDir` src/ comes to lie
 * @throws {BuildFailed}
 */
export async function compile(project, outDir, srcOut) {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  const args = [compiler, '-p', project, '--outDir', outDir, '--noEmitOnError'];
  const { code, output } = await run(process.execPath, args, { output: 'keep' });
  if (code !== 0) throw new BuildFailed(output.trim());
  cpSync(join(root, 'src'), srcOut, { recursive: true, filter: (path) => !path.endsWith('.ts') });
}

/** What the platform worker would otherwise do at every start, for seconds. */
async function bundleWorkflows(folder) {
  const { bundleWorkflowCode, DefaultLogger } = await import('@temporalio/worker');
  const workflowsPath = join(folder, 'workflows/index.js');
  const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') });
  writeFileSync(join(folder, 'workflow-bundle.js'), code);
}

/** Builds when the build is stale, one process at a time. Answers whether it built. */
export async function ensureBuild() {
  if (!isBuildStale()) return false;
  return await withLock(join(root, '.tools/build.lock'), async () => {
    if (!isBuildStale()) return false;
    await build();
    return true;
  });
}

/** Changes made while the compiler ran are newer than `startedAt`, so that the next look finds the build stale. */
function replaceFolder(folder, next, startedAt) {
  utimesSync(next, startedAt, startedAt);
  const old = `${folder}.old-${process.pid}`;
  if (existsSync(folder)) renameSync(folder, old);
  renameSync(next, folder);
  rmSync(old, { recursive: true, force: true });
}

/** Folders count too: theirs is the time at which something in them was added or removed. */
function newestMs(path) {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isDirectory()) return stats?.mtimeMs ?? 0;
  return Math.max(stats.mtimeMs, ...readdirSync(path).map((name) => newestMs(join(path, name))));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await withLock(join(root, '.tools/build.lock'), build).catch((error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
}
