import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { generateBook, startServiceLayerSimulator, totalsOf } from './index.js';

const whole = (text: string): number => {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('expected a whole number');
  return value;
};

interface Flags {
  port: number;
  controlPort: number;
  seed: number;
  months: number;
  documents: number;
  today?: string;
  company?: string;
  database?: string;
  user?: string;
  password?: string;
  pageSize: number;
  caFile?: string;
  totals?: boolean;
}

const program = new Command('sap-b1-simulator')
  .description('A SAP Business One Service Layer with one generated company, for development and tests')
  .option('--port <port>', 'where it listens on the loopback, by HTTPS; 0 takes a free port', whole, 50_000)
  .option('--control-port <port>', 'where the control API listens', whole, 0)
  .option('--seed <number>', 'the same seed gives the same books', whole, 1)
  .option('--months <number>', 'how far back the books go', whole, 36)
  .option('--documents <number>', 'invoices, credit notes and incoming payments altogether', whole, 3_000)
  .option('--today <date>', "the books' present day, ISO; by default the current day in India")
  .option('--company <name>', 'name of the company')
  .option('--database <name>', 'its CompanyDB')
  .option('--user <name>', 'who may log in')
  .option('--password <password>', 'with what')
  .option('--page-size <rows>', 'rows of a page unless asked for another number', whole, 20)
  .option('--ca-file <file>', 'writes the certificate of its authority there')
  .option('--totals', 'print the truth about the books as JSON, and exit');

const flags = program.parse().opts<Flags>();
const options = { ...flags, companyName: flags.company };
if (flags.totals) console.log(JSON.stringify(totalsOf(generateBook(options).book)));
else {
  const simulator = await startServiceLayerSimulator(options);
  if (flags.caFile !== undefined) writeFileSync(flags.caFile, simulator.caPem);
  const { url, controlUrl, book, fingerprint, caPem, credentials, cashGroup } = simulator;
  console.log(
    JSON.stringify({
      ready: true,
      url,
      controlUrl,
      company: book.company.name,
      credentials,
      cashGroup,
      fingerprint,
      caPem,
      documents: book.documentCount,
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
