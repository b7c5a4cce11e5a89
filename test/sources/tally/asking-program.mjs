// node asking-program.mjs PORT TIMES: asks the Tally on a port so many times, one after the other, or holds it for ever (TIMES 0).
import { setInterval } from 'node:timers';
import { holdingHost } from '../../../dist/sources/tally/host-lock.js';
import { companyRequest } from '../../../dist/sources/tally/requests.js';
import { Transport } from '../../../dist/sources/tally/transport.js';

const [port, times] = process.argv.slice(2).map(Number);
process.stdout.write('started\n');
if (times === 0) {
  await holdingHost('localhost', port, async () => {
    process.stdout.write('holding\n');
    await new Promise(() => setInterval(() => undefined, 1_000));
  });
}
const transport = new Transport({ host: '127.0.0.1', port, encoding: 'utf-8', timeoutMs: 10_000 });
for (let time = 0; time < times; time += 1)
  await transport.ask(companyRequest(), undefined, async ({ chunks }) => {
    for await (const _chunk of chunks);
  });
process.stdout.write('done\n');
