// `npm test`: everything that must hold, cheapest first, stopping at the first failure.
//   npm test -- --only unit,live     some steps only
//   npm test -- test/api             those tests only (paths or parts of paths, passed on to Jest)
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { root, run } from './run.mjs';
import { ensureTestServers } from './test-servers.mjs';

const tool = (path, ...args) => [join(root, 'node_modules', path), ...args];
const CHECKS = {
  lint: tool('@biomejs/biome/bin/biome', 'check', '.'),
  types: tool('typescript/bin/tsc', '--noEmit'),
  rooms: tool('dependency-cruiser/bin/dependency-cruise.mjs', '--config', '.dependency-cruiser.cjs', 'src', 'dist'),
  unused: tool('knip/bin/knip.js'),
};
const TESTS = ['unit', 'live'];
/** Live tests wait more than they compute, but start programs of their own: with more of them at once they would wait for each other. */
const WORKERS = { unit: '100%', live: '3' };
const STEPS = [...Object.keys(CHECKS), ...TESTS];
const counted = { passed: 0, failed: 0, skipped: 0 };

const { only, paths } = parseCommandLine();
// Minutes the first time, and therefore beside the checks. Tests that are named install what they need themselves.
const servers =
  only.includes('live') && paths.length === 0
    ? ensureTestServers((line) => process.stderr.write(`test servers: ${line}\n`))
    : Promise.resolve();
servers.catch(() => {});
try {
  await step('bootstrap', async () => {
    await bootstrap();
    return true;
  });
  for (const name of only) {
    if (name === 'live') await servers;
    await step(name, () => (name in CHECKS ? check(name) : jest(name)));
  }
  if (paths.length > 0 && counted.passed + counted.failed + counted.skipped === 0) {
    throw new Error(`no test's path contains ${paths.join(' or ')}`);
  }
} catch (error) {
  // What fails before any test could say so counts as one failure, so that the last line never reads as a success.
  counted.failed ||= 1;
  process.stdout.write(`${error.message}\n`);
}
process.stdout.write(`${counted.passed} passed, ${counted.failed} failed, ${counted.skipped} skipped\n`);
// Does not wait for servers that no test will need any more.
process.exit(counted.failed === 0 ? 0 : 1);

function parseCommandLine() {
  const { values, positionals } = parseArgs({
    options: { only: { type: 'string', multiple: true } },
    allowPositionals: true,
  });
  const asked = (values.only ?? []).flatMap((names) => names.split(','));
  const unknown = asked.filter((name) => !STEPS.includes(name));
  if (unknown.length > 0) {
    process.stderr.write(`--only takes ${STEPS.join(', ')}; not ${unknown.join(', ')}.\n`);
    process.exit(2);
  }
  const everything = positionals.length > 0 ? TESTS : STEPS;
  return { only: asked.length > 0 ? STEPS.filter((name) => asked.includes(name)) : everything, paths: positionals };
}

async function step(name, work) {
  const startedMs = performance.now();
  const ok = await work();
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  process.stdout.write(`${name.padEnd(10)}${ok ? 'ok' : 'FAILED'}  ${seconds} s\n`);
  if (!ok) throw new Error(`stopped at ${name}`);
}

async function check(name) {
  const { code, output } = await run(process.execPath, CHECKS[name], { output: 'keep' });
  if (code !== 0) process.stdout.write(output);
  return code === 0;
}

/** Runs one of Jest's projects; its own summary is what is counted. */
async function jest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'test-summary-'));
  const summaryFile = join(folder, 'summary.json');
  const options = [
    '--selectProjects',
    project,
    '--json',
    '--outputFile',
    summaryFile,
    '--maxWorkers',
    WORKERS[project],
  ];
  if (process.env.CI) options.push('--ci');
  if (paths.length > 0) options.push('--passWithNoTests');
  try {
    // Paths first: --selectProjects would take them for projects.
    const { code } = await run(
      process.execPath,
      ['--experimental-vm-modules', ...tool('jest/bin/jest.js'), ...paths, ...options],
      {
        env: { ...process.env, NODE_NO_WARNINGS: '1' },
      },
    );
    count(JSON.parse(readFileSync(summaryFile, 'utf8')));
    return code === 0;
  } catch {
    return false;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file that could not even be loaded is a failure, although Jest counts no test of it. */
function count(summary) {
  counted.passed += summary.numPassedTests;
  counted.failed += summary.numFailedTests + summary.numRuntimeErrorTestSuites;
  counted.skipped += summary.numPendingTests + summary.numTodoTests;
}
