import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Onboarding } from '../onboarding.js';
import type { Access } from './access.js';
import { ByConnector, type Ledgers } from './by-connector.js';
import { ByFiles } from './by-files.js';
import type { DemoOptions } from './options.js';
import type { DemoPlatform } from './platform.js';
import type { Stage } from './stage.js';
import type { Six } from './verdict.js';

/** As far as the demonstration reads what a simulator says of its books (`src/simulators/…/totals.ts`). */
export interface Truth {
  six: Six;
  /** Whether what the debtors owe, in paise by party, is what the accepted records of each should come to. */
  tied(balances: Record<string, number>): boolean;
  /** Rows that have to be refused, by code; null where the simulator does not say it of all that was read. */
  refused: Record<string, number> | null;
}

/** The books the demonstration reads, and for simulated ones how to trade in them and what is true of them. */
export interface Books {
  access(stage: Stage, platform: DemoPlatform, onboarding: Onboarding): Access;
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
  if (options.erp === 'csv') return await simulatedFiles(stage, options);
  return options.erp === 'sap_b1' ? await simulatedSap(stage, options) : await simulatedTally(stage, options);
}

const connected =
  (ledgers: Ledgers): Books['access'] =>
  (stage, platform, onboarding) =>
    new ByConnector(stage, platform, onboarding, ledgers);

function realBooks(tally: URL, company: string): Books {
  return {
    access: connected({ host: tally.hostname, port: Number(tally.port || 9000), company }),
    tradeForADay: async () => undefined,
    truth: async () => null,
  };
}

interface FileTotals extends Pick<SimulatorTotals, 'byType'> {
  quarantined: Record<string, number>;
  retailers: Array<{ balancePaise: number }>;
}

/** Retailers are known by keyed hashes there: what they owe is compared without their names. */
async function simulatedFiles(stage: Stage, { seed, months, vouchers }: DemoOptions): Promise<Books> {
  const folder = join(stage.folder, 'landing');
  const simulate = (name: string, more: string[]): Promise<FileTotals> =>
    stage.startAndHear(name, 'simulators/csv/main.js', [
      ...['--seed', String(seed), '--months', String(months), '--invoices', String(vouchers), '--totals'],
      ...more,
    ]);
  let totals: FileTotals | null = null;
  return {
    access: (_, platform) =>
      new ByFiles(stage, platform, folder, async () => {
        totals = await simulate('history', ['--folder', folder]);
      }),
    async tradeForADay() {
      totals = await simulate('day-of-trade', ['--folder', folder, '--day', '1']);
    },
    async truth() {
      const { byType, quarantined, retailers } = totals!;
      const owed = ascending(retailers.map(({ balancePaise }) => balancePaise));
      return {
        six: sixOf(byType),
        tied: (balances) => isDeepStrictEqual(ascending(Object.values(balances)), owed),
        refused: quarantined,
      };
    },
  };
}
const ascending = (numbers: number[]): number[] => numbers.sort((one, other) => one - other);

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
  return { access: connected({ host: hostname, port: Number(port), company }), ...booksBehind(controlUrl) };
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
  const ledgers = {
    host: hostname,
    port: Number(port),
    company: credentials.CompanyDB,
    install: Object.entries(keys).flatMap(([key, value]) => ['--set', `${key}=${value}`]),
  };
  return { access: connected(ledgers), ...booksBehind(controlUrl) };
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
      six: sixOf(byType),
      tied: (balances) =>
        debtors.every((debtor) => {
          const party = 'guid' in debtor ? debtor.guid : debtor.cardCode;
          return (balances[party] ?? 0) === debtor.acceptedPaise;
        }),
      refused: null,
    };
  },
});

const sixOf = ({ invoices, payments, returns }: SimulatorTotals['byType']): Six => ({
  invoices: invoices.count,
  payments: payments.count,
  returns: returns.count,
  invoicePaise: invoices.paise,
  paymentPaise: payments.paise,
  returnPaise: returns.paise,
});
