import type { DemoOptions } from './options.js';
import type { Ledgers } from './people.js';
import type { Stage } from './stage.js';
import type { Six } from './verdict.js';

/** As far as the demonstration reads what the simulator says of its book (`src/simulators/tally/totals.ts`). */
export interface Truth {
  six: Six;
  /** What the accepted records of each debtor's ledger should come to, in paise. */
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
  debtors: Array<{ guid: string; acceptedPaise: number }>;
}

export async function openBooks(stage: Stage, options: DemoOptions): Promise<Books> {
  return options.tally && options.company
    ? realBooks(options.tally, options.company)
    : await simulatedBooks(stage, options);
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

async function simulatedBooks(stage: Stage, { seed, months, vouchers }: DemoOptions): Promise<Books> {
  const { url, controlUrl } = await stage.startAndHear<{ url: string; controlUrl: string }>(
    'tally',
    'simulators/tally/main.js',
    [
      ...['--port', '0', '--control-port', '0', '--seed', String(seed)],
      ...['--months', String(months), '--vouchers', String(vouchers)],
    ],
  );
  const totals = async (): Promise<SimulatorTotals> =>
    (await fetch(new URL('/totals', controlUrl))).json() as Promise<SimulatorTotals>;
  const { hostname, port } = new URL(url);
  return {
    host: hostname,
    port: Number(port),
    company: (await totals()).company,
    async tradeForADay() {
      const response = await fetch(new URL('/day-of-trade', controlUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ sales: 12, receipts: 8, edits: 4, cancels: 2 }),
      });
      if (!response.ok) throw new Error(`The simulator would not trade: ${await response.text()}`);
    },
    async truth() {
      const { byType, debtors } = await totals();
      return {
        six: {
          invoices: byType.invoices.count,
          payments: byType.payments.count,
          returns: byType.returns.count,
          invoicePaise: byType.invoices.paise,
          paymentPaise: byType.payments.paise,
          returnPaise: byType.returns.paise,
        },
        balances: new Map(debtors.map(({ guid, acceptedPaise }) => [guid, acceptedPaise])),
      };
    },
  };
}
