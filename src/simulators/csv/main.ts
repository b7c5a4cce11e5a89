import { Command, InvalidArgumentError, Option } from 'commander';
import { type CsvOptions, totalsOf, writeDayOfTrade, writeHistory } from './index.js';

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
};

const program = new Command('csv-simulator')
  .description('The files of a distributor who exports CSV by the templates, for development and tests')
  .option('--folder <folder>', 'where the files are written')
  .option('--seed <number>', 'the same seed gives the same files', whole, 1)
  .option('--months <number>', 'how far back they go', whole, 24)
  .option('--invoices <number>', 'invoices altogether', whole, 500)
  .option('--today <date>', 'the present day, ISO; by default the current day in India')
  .option('--day <number>', 'write the files of that day of trade after the history, instead of the history', whole)
  .addOption(new Option('--encoding <encoding>').choices(['utf-8', 'utf-16le', 'windows-1252']).default('utf-8'))
  .option('--gzip', 'pack each file')
  .option('--totals', 'print the truth about the files as JSON; without --folder nothing is written');

const { folder, day, totals, ...options } = program
  .parse()
  .opts<CsvOptions & { folder?: string; day?: number; totals?: boolean }>();
const written =
  folder === undefined ? null : day ? await writeDayOfTrade(folder, day, options) : await writeHistory(folder, options);
if (totals) console.log(JSON.stringify(written?.totals ?? totalsOf(options, day)));
else for (const path of written?.paths ?? []) console.log(path);
