import type { ImportDesk } from '../../bridge/import/job.js';
import { judgeRow, type Verdict } from '../../bridge/import/judge-row.js';
import { decimalFromPaise } from '../../canonical/money.js';
import type { VoucherInput } from '../../canonical/vouchers/input.js';
import { table } from '../table.js';

export interface Foreseen {
  kind: VoucherInput['kind'];
  number: string;
  date: string;
  would: 'create' | 'already_there' | 'refuse';
  code: string | null;
  message: string | null;
  /** A ledger that would be created first. */
  newLedger: string | null;
  entries: Array<{ ledger: string; debit: string; credit: string }>;
}

/** What would become of each voucher, as Tally stands now. Tally is asked, and nothing is written anywhere. */
export async function foresee(
  { company, tally, lookups }: ImportDesk,
  vouchers: VoucherInput[],
  createLedgers: boolean,
  signal: AbortSignal,
): Promise<Foreseen[]> {
  const books = await lookups.refresh(signal);
  const foreseen: Foreseen[] = [];
  for (const [index, voucher] of vouchers.entries()) {
    await lookups.loadMonth(voucher.date.slice(0, 7), signal);
    const judging = { company, books, lookups, tally, createLedgers, signal };
    foreseen.push(inWords(voucher, await judgeRow({ row: index + 1, voucher }, judging)));
    tally.takeExchanges();
  }
  return foreseen;
}

function inWords({ kind, number, date }: VoucherInput, verdict: Verdict): Foreseen {
  if (!verdict.send) {
    const { state, code, message } = verdict.outcome;
    const would = state === 'already_there' ? 'already_there' : 'refuse';
    return { kind, number, date, would, code, message, newLedger: null, entries: [] };
  }
  const entries = verdict.built.entries.map(({ ledger, paise }) => ({
    ledger,
    debit: paise < 0 ? decimalFromPaise(-paise) : '',
    credit: paise < 0 ? '' : decimalFromPaise(paise),
  }));
  return { kind, number, date, would: 'create', code: null, message: null, newLedger: verdict.newLedger, entries };
}

const WOULD: Record<Foreseen['would'], string> = {
  create: 'would be created',
  already_there: 'is there already',
  refuse: 'would be refused',
};

/** For a screen: each voucher with its entries, and all of them in numbers. */
export function foreseenText(foreseen: Foreseen[], onlyValid: boolean): string {
  const blocks = foreseen.map(({ kind, number, date, would, code, message, newLedger, entries }) =>
    [
      `${kind} ${number} of ${date}: ${WOULD[would]}${code ? ` (${code}): ${message}` : ''}`,
      ...(newLedger ? [`  first, the ledger "${newLedger}" would be created`] : []),
      ...(entries.length > 0 ? [entriesTable(entries)] : []),
    ].join('\n'),
  );
  const count = (would: Foreseen['would']): number => foreseen.filter((one) => one.would === would).length;
  const ledgers = new Set(foreseen.flatMap(({ newLedger }) => newLedger ?? []));
  return [
    ...blocks,
    `${foreseen.length} vouchers: ${count('create')} would be created, ${count('already_there')} are there already, ${count('refuse')} would be refused; ${ledgers.size} ledgers would be created. Nothing was written.`,
    ...(count('refuse') > 0 && !onlyValid
      ? ['As it is all or nothing, none would be sent: --only-valid sends the others.']
      : []),
  ].join('\n\n');
}

const entriesTable = (entries: Foreseen['entries']): string =>
  table([['ledger', 'debit', 'credit'], ...entries.map(({ ledger, debit, credit }) => [ledger, debit, credit])])
    .split('\n')
    .map((line) => `  ${line}`)
    .join('\n');
