import type { JobRow, RowOutcome } from '../../canonical/bridge.js';
import { checkForCompany } from '../../canonical/vouchers/company-checks.js';
import { readVoucher } from '../../canonical/vouchers/read-voucher.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import { differencesOf } from '../tally/same-voucher.js';
import type { BooksState, MasterKind, TallyBooks } from '../tally/tally-books.js';
import type { BuiltVoucher } from '../voucher-xml.js';
import { buildVoucher } from '../xml/build-voucher.js';
import { VoucherNotBuildable } from '../xml/not-buildable.js';
import { askForVoucher } from './ask-tally.js';
import { type Lookups, MASTER_NAMES } from './lookups.js';
import { alreadyThere, refused } from './outcomes.js';

/** A row as it can be sent, or why it is not sent. */
export type Verdict =
  | { send: true; voucher: Voucher; built: BuiltVoucher; newLedger: string | null }
  | { send: false; outcome: RowOutcome };

export interface Judging {
  company: BridgeCompany;
  books: Pick<BooksState, 'booksFrom'>;
  /** Null: Tally is not asked, since the row was begun and will be asked for anyway. */
  lookups: Lookups | null;
  tally: TallyBooks;
  createLedgers: boolean;
  signal: AbortSignal;
}

/** Holds a row against the rules, the company's own, Tally's masters and what Tally holds already. Writes nothing. */
export async function judgeRow(row: Pick<JobRow, 'row' | 'voucher'>, judging: Judging): Promise<Verdict> {
  const { company, books, lookups } = judging;
  const read = readVoucher(row.voucher, row.row - 1);
  if ('faults' in read) return no(refused('INPUT_INVALID', read.faults.map(({ message }) => message).join(' ')));
  const { voucher } = read;
  const fault = checkForCompany(voucher, {
    gstin: company.gstin,
    intraStateTest: company.intraStateTest,
    booksFrom: books.booksFrom,
    booksTo: company.booksTo ?? null,
  });
  if (fault) return no(refused(fault.code, fault.message));
  let built: BuiltVoucher;
  try {
    built = buildVoucher(voucher, company);
  } catch (error) {
    if (error instanceof VoucherNotBuildable) return no(refused('INPUT_INVALID', error.message));
    throw error;
  }
  if (lookups === null) return { send: true, voucher, built, newLedger: null };
  const missing = missingMasters(voucher, built, company, lookups);
  const newLedger = judging.createLedgers && company.newLedgers !== null ? creatable(missing, voucher) : null;
  const rest = missing.filter(({ kind, name }) => !(kind === 'Ledger' && name === newLedger));
  if (rest.length > 0) return no(refused('MASTER_MISSING', rest.map((one) => sentenceOf(one, lookups)).join(' ')));
  const standing = await standingOutcome(voucher, built, judging, lookups);
  return standing ? no(standing) : { send: true, voucher, built, newLedger };
}

const no = (outcome: RowOutcome): Verdict => ({ send: false, outcome });

interface Missing {
  kind: MasterKind;
  name: string;
}

function missingMasters(voucher: Voucher, built: BuiltVoucher, company: BridgeCompany, lookups: Lookups): Missing[] {
  const withGoods = voucher.kind === 'sales_order' || company.view === 'item_invoice';
  const named: Missing[] = [
    { kind: 'VoucherType', name: built.voucherType },
    ...[voucher.partyName, ...built.entries.map(({ ledger }) => ledger)].map((name) => ({
      kind: 'Ledger' as const,
      name,
    })),
    ...(withGoods ? voucher.lines : []).flatMap(({ stockItem, unit, godown }) =>
      (
        [
          ['StockItem', stockItem],
          ['Unit', unit],
          ['Godown', godown],
        ] as const
      ).flatMap(([kind, name]) => (name === null ? [] : [{ kind, name }])),
    ),
  ];
  const seen = new Set<string>();
  return named.filter(({ kind, name }) => {
    const key = `${kind}\n${name}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return !lookups.has(kind, name);
  });
}

/** Only the party's own ledger is ever created: the others are the company's settings. */
const creatable = (missing: Missing[], { partyName }: Voucher): string | null =>
  missing.some(({ kind, name }) => kind === 'Ledger' && name === partyName) ? partyName : null;

function sentenceOf({ kind, name }: Missing, lookups: Lookups): string {
  const near = lookups.nearest(kind, name);
  return `There is no ${MASTER_NAMES[kind]} "${name}"${near === null ? '.' : `; did you mean "${near}"?`}`;
}

/** What stands in Tally under the same number already. */
async function standingOutcome(
  voucher: Voucher,
  built: BuiltVoucher,
  { tally, company, signal }: Judging,
  lookups: Lookups,
): Promise<RowOutcome | null> {
  // Where Tally numbers by itself it shows our number as the reference alone: another reference stands on many orders, and proves nothing.
  if (company.numbering === 'automatic' && voucher.reference !== voucher.number) return null;
  for (const date of lookups.daysToLookAt(voucher)) {
    const { equal, different } = await askForVoucher(tally, company, { ...voucher, date }, built, signal);
    const [same] = equal.filter((found) => differencesOf(found, voucher, built, company.numbering).length === 0);
    if (same) return alreadyThere(same);
    const [other] = [...different.map(({ found }) => found), ...equal];
    // Where Tally numbers by itself, a reference may stand on several vouchers.
    if (other && company.numbering === 'manual')
      return refused('NUMBER_TAKEN', `${differencesOf(other, voucher, built, company.numbering).join('; ')}.`, other);
  }
  return null;
}
