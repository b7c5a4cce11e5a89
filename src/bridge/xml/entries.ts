import type { Paise } from '../../canonical/money.js';
import { hasUtgst } from '../../canonical/vouchers/states.js';
import { sumsOf, type Voucher, type VoucherKind } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany, TaxLedgers } from '../company.js';
import { VoucherNotBuildable } from './not-buildable.js';

/** A ledger entry: negative is debit. `deemedPositive` is which side the specification prints for it, whatever the sign. */
export interface LedgerEntry {
  ledger: string;
  paise: Paise;
  deemedPositive: boolean;
}
/** What a voucher does to the books, in the order it is printed. */
export interface Entries {
  party: LedgerEntry;
  /** The sales or purchase ledger, with the taxable value of all lines. */
  trade: LedgerEntry;
  taxes: LedgerEntry[];
  /** None where there is nothing to round off. */
  roundOff: LedgerEntry[];
}
export interface HsnGroup {
  hsn: string;
  taxablePaise: Paise;
}

/** On which side goods, taxes and round off stand; the party stands on the other. */
type Side = 'debit' | 'credit';
const SIDE: Record<VoucherKind, Side> = { sales: 'credit', sales_order: 'credit', purchase: 'debit' };
const opposite = (side: Side): Side => (side === 'debit' ? 'credit' : 'debit');
const entry = (ledger: string, side: Side, paise: Paise): LedgerEntry => ({
  ledger,
  paise: side === 'debit' ? 0 - paise : paise,
  deemedPositive: side === 'debit',
});

/**
 * The entries of specification §2 to §4, from the amounts as they were issued.
 * @throws VoucherNotBuildable where they do not add up: Tally takes a party on the wrong side without a word
 */
export function entriesOf(voucher: Voucher, company: BridgeCompany): Entries {
  const side = SIDE[voucher.kind];
  const { ledgers } = company;
  const entries: Entries = {
    party: entry(voucher.partyName, opposite(side), voucher.invoicePaise),
    trade: entry(tradeLedger(voucher, company), side, sumsOf(voucher).taxablePaise),
    taxes: taxEntries(voucher, company, side),
    roundOff: voucher.roundOffPaise === 0 ? [] : [entry(ledgers.roundOff, side, voucher.roundOffPaise)],
  };
  assertBalanced(voucher.kind, entries);
  return entries;
}

export const listed = ({ party, trade, taxes, roundOff }: Entries): LedgerEntry[] => [
  party,
  trade,
  ...taxes,
  ...roundOff,
];

export const tradeLedger = ({ kind }: Pick<Voucher, 'kind'>, { ledgers }: BridgeCompany): string =>
  kind === 'purchase' ? ledgers.purchase : ledgers.sales;

/** Taxable value by HSN, in the order in which the codes first appear; lines without one are in no group. */
export function hsnGroups({ lines }: Pick<Voucher, 'lines'>): HsnGroup[] {
  const sums = new Map<string, Paise>();
  for (const { hsn, taxablePaise } of lines) if (hsn) sums.set(hsn, (sums.get(hsn) ?? 0) + taxablePaise);
  return [...sums].map(([hsn, taxablePaise]) => ({ hsn, taxablePaise }));
}

/**
 * In reverse charge the buyer owes the tax: the seller enters none, the buyer enters it as credit and as liability at once,
 * so that the supplier is owed no tax.
 */
function taxEntries(voucher: Voucher, { ledgers }: BridgeCompany, side: Side): LedgerEntry[] {
  if (voucher.kind !== 'purchase') return voucher.reverseCharge ? [] : taxesInto(ledgers.output, voucher, side);
  const credits = taxesInto(ledgers.input, voucher, side);
  if (!voucher.reverseCharge || credits.length === 0) return credits;
  if (ledgers.reverseCharge === null) {
    throw new VoucherNotBuildable(
      'The purchase is in reverse charge with tax, and no ledgers for what is owed to the state are configured.',
    );
  }
  return [...credits, ...taxesInto(ledgers.reverseCharge, voucher, opposite(side))];
}

function taxesInto(ledgers: TaxLedgers, voucher: Voucher, side: Side): LedgerEntry[] {
  const sums = sumsOf(voucher);
  const ofState = hasUtgst(voucher.placeOfSupply) ? (ledgers.utgst ?? ledgers.sgst) : ledgers.sgst;
  return [
    entry(ledgers.cgst, side, sums.cgstPaise),
    entry(ofState, side, sums.sgstPaise),
    entry(ledgers.igst, side, sums.igstPaise),
  ].filter(({ paise }) => paise !== 0);
}

function assertBalanced(kind: VoucherKind, entries: Entries): void {
  const all = listed(entries);
  if (!all.every(({ paise }) => Number.isSafeInteger(paise))) {
    throw new VoucherNotBuildable('An amount of the voucher is no whole number of paise.');
  }
  if (all.reduce((sum, { paise }) => sum + paise, 0) !== 0) {
    throw new VoucherNotBuildable(
      'The invoice value is not what taxable value, taxes and round off add up to; a voucher has to balance.',
    );
  }
  const debit = SIDE[kind] === 'credit';
  if (debit ? entries.party.paise >= 0 : entries.party.paise <= 0) {
    throw new VoucherNotBuildable(
      `The party's entry has to be a ${debit ? 'debit' : 'credit'}: the invoice value has to be above zero.`,
    );
  }
}
