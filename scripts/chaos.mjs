// `npm run chaos`: the whole product, killed part by part while it works (test/chaos/), and its books compared with the truth.
//   npm run chaos -- --kills 30 --seed 1       how many, and which ones
//   npm run chaos -- --json                    the verdict as one JSON object, the last line of stdout
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { compile } from './build.mjs';
import { root, run } from './run.mjs';

const compiled = join(root, '.tools', `chaos-${process.pid}`);
// Ctrl-C reaches the run too, which then ends what it started; until it has, this process waits.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
try {
  const { temporalCli } = await bootstrap({ quiet: true });
  await compile('test/chaos/tsconfig.json', compiled, join(compiled, 'src'));
  const main = join(compiled, 'test/chaos/main.js');
  const { code } = await run(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], {
    env: { ...process.env, TEMPORAL_CLI: temporalCli, CHAOS_DIST: join(root, 'dist') },
  });
  process.exitCode = code;
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(compiled, { recursive: true, force: true });
}
