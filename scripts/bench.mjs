// `npm run bench`: runs the benchmarks of bench/, each in a process of its own, so that one's peak memory is not another's.
//   npm run bench -- tally-read          those named only
//   npm run bench -- --vouchers 20000    another size than its own
//   npm run bench -- --json              one JSON object a line and nothing else on stdout
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { compile } from './build.mjs';
import { root } from './run.mjs';

const { values, positionals } = parseArgs({
  options: { json: { type: 'boolean' }, vouchers: { type: 'string', multiple: true } },
  allowPositionals: true,
});
const compiled = join(root, '.tools', `bench-${process.pid}`);
try {
  const names = chosen(positionals);
  const { temporalCli } = await bootstrap({ quiet: values.json });
  await compile('tsconfig.bench.json', compiled, join(compiled, 'src'));
  // The product's programs are started from there, and tell their version.
  copyFileSync(join(root, 'package.json'), join(compiled, 'package.json'));
  for (const name of names) await measure(name, { root, temporalCli, vouchers: values.vouchers?.map(Number) });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(compiled, { recursive: true, force: true });
}

function chosen(asked) {
  const folder = join(root, 'bench');
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.ts')) : [];
  const names = files.map((name) => basename(name, '.ts')).sort();
  const unknown = asked.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`No benchmark ${unknown.join(', ')}; there are: ${names.join(', ') || 'none'}.`);
  return asked.length > 0 ? asked : names;
}

/** What a benchmark itself prints goes to stderr; its lines come as a message. */
async function measure(name, options) {
  const child = fork(join(root, 'scripts/bench-one.mjs'), [join(compiled, 'bench', `${name}.js`)], {
    execArgv: ['--expose-gc', '--enable-source-maps'],
    stdio: ['ignore', process.stderr, 'inherit', 'ipc'],
  });
  const lines = [];
  child.on('message', (line) => lines.push(line));
  child.send(options);
  const [[code, signal]] = await Promise.all([once(child, 'exit'), once(child, 'disconnect')]);
  for (const line of lines) process.stdout.write(`${values.json ? JSON.stringify(line) : asText(line)}\n`);
  if (code !== 0) throw new Error(`Benchmark ${name} ended with ${signal ?? `code ${code}`}.`);
  if (lines.length === 0) throw new Error(`Benchmark ${name} measured nothing.`);
}

function asText({ bench, case: which, value, unit, limit, ratio, peakMiB }) {
  const number = (amount) => (amount == null ? '-' : amount.toLocaleString('en', { maximumFractionDigits: 2 }));
  const title = [bench, which].filter(Boolean).join(', ');
  return `${title.padEnd(36)}${number(value).padStart(10)} ${unit.padEnd(12)} limit ${number(limit).padStart(10)}   ratio ${number(ratio).padStart(5)}   peak ${number(peakMiB).padStart(6)} MiB`;
}
