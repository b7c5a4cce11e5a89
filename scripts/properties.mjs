// `npm run properties`: many more of the stories that `npm test` plays a few of (test/properties/).
//   npm run properties -- --runs 200 --seed 7             so many stories of the whole product, beginning with a seed
//   npm run properties -- --only unit --runs 5000         the connector alone, tens a second
//   npm run properties -- --seed 7 --path 33:4:6          the story that failed, by what the failure says
import { parseArgs } from 'node:util';
import { bootstrap } from './bootstrap.mjs';
import { run } from './run.mjs';

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '100' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    path: { type: 'string' },
    only: { type: 'string', default: 'live' },
  },
});
const isWhole = (text) => /^\d+$/.test(text);
if (!isWhole(values.runs) || !isWhole(values.seed) || !['unit', 'live'].includes(values.only)) {
  process.stderr.write('--runs and --seed take a whole number, --only takes unit or live.\n');
  process.exit(2);
}
await bootstrap({ quiet: true });
process.stdout.write(`${values.runs} stories from seed ${values.seed}\n`);
const { code } = await run(
  process.execPath,
  [
    ...['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', 'test/properties/any-sequence'],
    ...['--selectProjects', values.only, '--runInBand'],
  ],
  {
    env: {
      ...process.env,
      NODE_NO_WARNINGS: '1',
      PROPERTY_RUNS: values.runs,
      PROPERTY_SEED: values.seed,
      ...(values.path && { PROPERTY_PATH: values.path }),
    },
  },
);
process.exitCode = code;
