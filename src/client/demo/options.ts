import { Command, InvalidArgumentError, Option } from 'commander';

export interface DemoOptions {
  keep: boolean;
  json: boolean;
  erp: 'tally_prime' | 'sap_b1' | 'csv';
  months: number;
  vouchers: number;
  seed: number;
  /** A real Tally instead of the simulator. */
  tally: URL | null;
  company: string | null;
}

const whole =
  (least: number, most: number) =>
  (text: string): number => {
    const value = Number(text);
    if (!Number.isInteger(value) || value < least || value > most) {
      throw new InvalidArgumentError(`expected a whole number from ${least} to ${most}.`);
    }
    return value;
  };

function tallyUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'http:') throw new InvalidArgumentError('expected an address such as http://192.168.1.5:9000.');
  return url;
}

export function readDemoOptions(argv: string[]): DemoOptions {
  const program = new Command('npm run demo --')
    .description(
      'Onboards a distributor end to end on this machine: Temporal, PostgreSQL, API, worker, a simulated ERP and a connector.',
    )
    .addOption(
      new Option('--erp <type>', 'which ERP to simulate; csv: files of one that cannot be reached')
        .choices(['tally_prime', 'sap_b1', 'csv'])
        .default('tally_prime'),
    )
    .option('--months <n>', 'months of history, 24 to 36', whole(24, 36), 36)
    .option('--vouchers <n>', 'vouchers, documents or invoices in the simulated book', whole(150, 500_000), 3_000)
    .option('--seed <n>', 'the same seed makes the same book', whole(0, 2 ** 31 - 1), 1)
    .option('--tally <url>', 'read a real Tally instead of the simulator (never written to)', tallyUrl)
    .option('--company <name>', 'company name in that Tally')
    .option('--keep', 'leave everything running to explore; Ctrl-C ends it', false)
    .option('--json', 'one JSON object as the last line', false);
  program.parse(argv, { from: 'user' });
  const options = program.opts();
  if (options.tally && !options.company) program.error('--tally needs --company: the name as Tally shows it.');
  if (options.tally && options.erp !== 'tally_prime')
    program.error('--tally is a Tally: it goes with --erp tally_prime.');
  return { tally: null, company: null, ...options } as DemoOptions;
}
