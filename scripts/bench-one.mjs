// Runs one compiled benchmark, named on the command line, for bench.mjs and sends it the lines it measured.
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';

const [options] = await once(process, 'message');
const { run } = await import(pathToFileURL(process.argv[2]).href);
for (const line of await run(options)) {
  if (typeof line.bench !== 'string' || typeof line.unit !== 'string' || !Number.isFinite(line.value)) {
    throw new Error(`A benchmark's line needs bench, unit and a finite value: ${JSON.stringify(line)}`);
  }
  process.send(line);
}
process.disconnect();
