import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DemoOptions } from './options.js';
import type { Ledgers } from './people.js';
import type { Stage } from './stage.js';
import type { Six } from './verdict.js';

/** As far as the demonstration reads what the simulator says of its book (`src/simulators/tally/totals.ts, the same for SAP`). */
export interface Truth {
  six: Six;
  /** What the accepted records of each debtor should come to, in paise. */
  balances: Map<string, number>;
}

/** The books the demonstration reads, and for simulated ones how to trade in them and what is true of them. */
export interface Books extends Ledgers {
  tradeForADay(): Promise<void>;
  truth(): Promise<Truth | null>;
}

interface SimulatorTotals {
  company: string;
  byType: Record<'invoices' | 'payments' | 'returns', { count: number; paise: number }>;
  debtors: Array<{ acceptedPaise: number } & ({ guid: string } | { cardCode: string })>;
}

export async function openBooks(stage: Stage, options: DemoOptions): Promise<Books> {
  if (options.tally && options.company) return realBooks(options.tally, options.company);
  return options.erp === 'sap_b1' ? await simulatedSap(stage, options) : await simulatedTally(stage, options);
}

function realBooks(tally: URL, company: string): Books {
  return {
    host: tally.hostname,
    port: Number(tally.port || 9000),
    company,
    tradeForADay: async () => undefined,
    truth: async () => null,
  };
}

async function simulatedTally(stage: Stage, { seed, months, vouchers }: DemoOptions): Promise<Books> {
  const { url, controlUrl } = await stage.startAndHear<{ url: string; controlUrl: string }>(
    'tally',
    'simulators/tally/main.js',
    [
      ...['--port', '0', '--control-port', '0', '--seed', String(seed)],
      ...['--months', String(months), '--vouchers', String(vouchers)],
    ],
  );
  const { hostname, port } = new URL(url);
  const { company } = await totalsOf(controlUrl);
  return { host: hostname, port: Number(port), company, ...booksBehind(controlUrl) };
}

interface SapReady {
  url: string;
  controlUrl: string;
  credentials: { CompanyDB: string; UserName: string; Password: string };
  caPem: string;
  cashGroup: number;
}

/** The distributor's IT puts the service user's password and the authority's certificate beside the connector. */
async function simulatedSap(stage: Stage, { seed, months, vouchers }: DemoOptions): Promise<Books> {
  const { url, controlUrl, credentials, caPem, cashGroup } = await stage.startAndHear<SapReady>(
    'sap-b1',
    'simulators/sap-b1/main.js',
    [
      ...['--port', '0', '--control-port', '0', '--seed', String(seed)],
      ...['--months', String(months), '--documents', String(vouchers)],
    ],
  );
  const passwordFile = join(stage.folder, 'sap_password');
  const caFile = join(stage.folder, 'sap-ca.crt');
  writeFileSync(passwordFile, credentials.Password, { mode: 0o600 });
  writeFileSync(caFile, caPem);
  const { hostname, port } = new URL(url);
  const keys = {
    'erp.user_name': credentials.UserName,
    'erp.password_path': passwordFile,
    'erp.tls.ca_path': caFile,
    'erp.cash_groups': `[${cashGroup}]`,
  };
  return {
    host: hostname,
    port: Number(port),
    company: credentials.CompanyDB,
    install: Object.entries(keys).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
    ...booksBehind(controlUrl),
  };
}

async function totalsOf(controlUrl: string): Promise<SimulatorTotals> {
  return (await fetch(new URL('/totals', controlUrl))).json() as Promise<SimulatorTotals>;
}

/** What a simulator's remote control does with its books, and says of them. */
const booksBehind = (controlUrl: string): Pick<Books, 'tradeForADay' | 'truth'> => ({
  async tradeForADay() {
    const response = await fetch(new URL('/day-of-trade', controlUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ sales: 12, receipts: 8, edits: 4, cancels: 2 }),
    });
    if (!response.ok) throw new Error(`The simulator would not trade: ${await response.text()}`);
  },
  async truth() {
    const { byType, debtors } = await totalsOf(controlUrl);
    return {
      six: {
        invoices: byType.invoices.count,
        payments: byType.payments.count,
        returns: byType.returns.count,
        invoicePaise: byType.invoices.paise,
        paymentPaise: byType.payments.paise,
        returnPaise: byType.returns.paise,
      },
      balances: new Map(
        debtors.map((debtor) => ['guid' in debtor ? debtor.guid : debtor.cardCode, debtor.acceptedPaise]),
      ),
    };
  },
});
