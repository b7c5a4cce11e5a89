// Makes a fresh clone runnable: npm packages, a Temporal CLI, dist/. Uses nothing but Node, being what installs the rest.
import { fileURLToPath } from 'node:url';
import { ensureBuild } from './build.mjs';
import { ensurePackages } from './packages.mjs';
import { ensureReachablePostgres } from './postgres-binaries.mjs';
import { ensureTemporalCli } from './temporal-cli.mjs';

/** require() of ES modules, on which Jest's set-up files rely, came with this one. */
const LEAST_NODE = [20, 19];

/**
 * Installs and builds what is missing; does nothing, in well under a second, when nothing is.
 * @param {{quiet?: boolean}} [options] `quiet` says nothing of what it does; otherwise a line each on stderr
 * @returns {Promise<{temporalCli: string}>} the path of the Temporal CLI
 * @throws {Error} one sentence on what is missing and how to get it
 */
export async function bootstrap({ quiet = false } = {}) {
  const say = quiet ? () => {} : (line) => process.stderr.write(`bootstrap: ${line}\n`);
  refuseOldNode();
  await ensurePackages(say);
  ensureReachablePostgres(say);
  const temporalCli = await ensureTemporalCli(say);
  if (await ensureBuild()) say('built dist/');
  return { temporalCli };
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  if (major > leastMajor || (major === leastMajor && minor >= leastMinor)) return;
  throw new Error(`Node ${process.versions.node} is too old: install Node ${LEAST_NODE.join('.')} or newer.`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bootstrap().then(
    ({ temporalCli }) => process.stderr.write(`bootstrap: ready; the Temporal CLI is ${temporalCli}\n`),
    (error) => {
      process.stderr.write(`${error.message}\n`);
      process.exitCode = 1;
    },
  );
}
