import { Command, InvalidArgumentError, Option } from 'commander';
import { exportBook, generateBook, type ImportOptions, startTallySimulator, totalsOf } from './index.js';

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
};

const importOptions = (text: string): ImportOptions => {
  try {
    return JSON.parse(text) as ImportOptions;
  } catch {
    throw new InvalidArgumentError('expected JSON such as {"numbering":"automatic"}');
  }
};

interface Flags {
  port: number;
  controlPort: number;
  seed: number;
  months: number;
  vouchers: number;
  today?: string;
  company?: string;
  encoding?: 'windows-1252';
  answerAtOnce?: boolean;
  msPerVoucher: number;
  emptyTags?: boolean;
  imports?: ImportOptions;
  totals?: boolean;
  export?: string;
  exportKind: 'masters' | 'vouchers' | 'all';
  exportEncoding: 'utf-8' | 'utf-16le';
}

const program = new Command('tally-simulator')
  .description('A Tally with one generated company open, for development and tests')
  .option('--port <port>', 'where Tally listens on the loopback; 0 takes a free port', whole, 9000)
  .option('--control-port <port>', 'where the control API listens', whole, 0)
  .option('--seed <number>', 'the same seed gives the same books', whole, 1)
  .option('--months <number>', 'how far back the books go', whole, 36)
  .option('--vouchers <number>', 'vouchers altogether', whole, 3_000)
  .option('--today <date>', "the books' present day, ISO; by default the current day in India")
  .option('--company <name>', 'name of the company')
  .addOption(
    new Option('--encoding <encoding>', 'answers in Windows-1252 unless asked in UTF-16').choices(['windows-1252']),
  )
  .option('--answer-at-once', 'no artificial delay')
  .option('--ms-per-voucher <ms>', 'time Tally takes for a voucher', Number, 0)
  .option('--empty-tags', 'write the hundreds of empty tags of whole objects')
  .option('--imports <json>', 'how vouchers are taken, {} for the defaults; adds ledgers to write to', importOptions)
  .option('--totals', 'print the truth about the books as JSON, and exit')
  .option('--export <file>', 'write the books as Tally exports them to a file, and exit')
  .addOption(
    new Option('--export-kind <kind>', 'what the file holds').choices(['masters', 'vouchers', 'all']).default('all'),
  )
  .addOption(
    new Option('--export-encoding <encoding>', 'its encoding').choices(['utf-8', 'utf-16le']).default('utf-8'),
  );

const flags = program.parse().opts<Flags>();
const options = { ...flags, companyName: flags.company };
if (flags.totals || flags.export !== undefined) {
  const { book } = generateBook(options);
  if (flags.export !== undefined) await exportBook(book, flags.export, flags.exportKind, flags.exportEncoding);
  if (flags.totals) console.log(JSON.stringify(totalsOf(book)));
} else {
  const simulator = await startTallySimulator(options);
  const { name, guid } = simulator.book.company;
  console.log(
    JSON.stringify({
      ready: true,
      url: simulator.url,
      controlUrl: simulator.controlUrl,
      company: name,
      guid,
      vouchers: simulator.book.voucherCount,
    }),
  );
  const stop = (): void => {
    simulator.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
