import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bootstrap } from './bootstrap.mjs';
import { compile } from './build.mjs';
import { root, run } from './run.mjs';

/** Compiles `test/<name>/main.ts` and runs it with this process's arguments; `distVariable` tells it where the product is. */
export async function runHarness(name, distVariable) {
  const compiled = join(root, '.tools', `${name}-${process.pid}`);
  // Ctrl-C reaches the run too, which then ends what it started; until it has, this process waits.
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
  try {
    const { temporalCli } = await bootstrap({ quiet: true });
    await compile(`test/${name}/tsconfig.json`, compiled, join(compiled, 'src'));
    const main = join(compiled, 'test', name, 'main.js');
    const { code } = await run(process.execPath, ['--enable-source-maps', main, ...process.argv.slice(2)], {
      env: { ...process.env, TEMPORAL_CLI: temporalCli, [distVariable]: join(root, 'dist') },
    });
    process.exitCode = code;
  } catch (error) {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  } finally {
    rmSync(compiled, { recursive: true, force: true });
  }
}
