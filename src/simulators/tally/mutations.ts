import { parseDay } from '../calendar.js';
import { gstinCheckCharacter, makeGstin } from '../gstin.js';
import type { VoucherDraft } from './book.js';
import type { Leg, Voucher } from './model.js';
import { NO_BILLS, NO_GOODS } from './model.js';
import { bounce } from './trade.js';
import { bill, type Trader } from './trader.js';
import { backdate, changeAmount, forget, redate } from './voucher-changes.js';

export const MUTATION_KINDS = [
  'add_sale',
  'add_receipt',
  'edit_amount',
  'edit_bills',
  'edit_back',
  'change_party',
  'cancel',
  'delete',
  'make_optional',
  'make_regular',
  'change_type',
  'bounce',
  'renumber',
  'backdate',
  'redate',
  'rename_ledger',
  'regroup_ledger',
  'repair_identity',
] as const;
export type MutationKind = (typeof MUTATION_KINDS)[number];

/**
 * A change somebody makes in Tally. Without `guid` or `nth` a suitable voucher (or ledger) is chosen by chance.
 * `amountPaise` is the taxable amount of a sale, the amount of a receipt, or by how much an amount changes.
 */
export interface Mutation {
  kind: MutationKind;
  guid?: string;
  /** Of the suitable ones, counted from the latest; beyond the first it starts anew at the latest. */
  nth?: number;
  /** ISO day for what is added or redated; the book's today by default. */
  date?: string;
  amountPaise?: number;
  /** For `backdate`; 3 by default. */
  days?: number;
  /** For `change_type` (a voucher type's name), `change_party` and `rename_ledger` (a ledger's), `renumber`, `repair_identity` (a GSTIN). */
  to?: string;
}

/** What was changed and the ALTERID it has now; null when it is gone. */
export interface Mutated {
  guid: string;
  alterId: number | null;
}

export interface DayOfTrade {
  sales?: number;
  receipts?: number;
  edits?: number;
  cancels?: number;
}

/** Makes one change and moves Tally's counters as Tally does. Throws when there is nothing suitable to change. */
export function mutate(trader: Trader, mutation: Mutation): Mutated {
  const { book } = trader;
  if (mutation.kind === 'rename_ledger' || mutation.kind === 'regroup_ledger' || mutation.kind === 'repair_identity')
    return changeLedger(trader, mutation);
  const day = mutation.date === undefined ? book.today : parseDay(mutation.date);
  if (day === null) throw new Error(`date is ${mutation.date}, expected a day such as 2026-05-18`);
  trader.day = day;
  const changed = (voucher: Voucher): Mutated => ({ guid: book.guidOf(voucher), alterId: voucher.alterId });
  switch (mutation.kind) {
    case 'add_sale':
      return changed(trader.sell(trader.billWiseDebtor(), { taxablePaise: mutation.amountPaise }));
    case 'add_receipt': {
      const debtor = trader.debtorOwing();
      if (mutation.amountPaise === undefined) return changed(trader.receive(debtor, trader.settle(debtor, 1)));
      return changed(trader.receive(debtor, [bill('On Account', null, day, mutation.amountPaise)]));
    }
    case 'edit_amount': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      changeAmount(trader, voucher, mutation.amountPaise ?? trader.random.int(10_00, 900_00));
      return changed(voucher);
    }
    case 'edit_bills': {
      const voucher = chosen(trader, mutation, ['receipt']);
      const [credited, ...others] = voucher.legs as [Leg, ...Leg[]];
      const kept = credited.bills.slice(0, Math.max(0, credited.bills.length - 1));
      const rest = credited.paise - kept.reduce((sum, { paise }) => sum + paise, 0);
      forget(trader, voucher);
      book.change(voucher, {
        legs: [{ ...credited, bills: [...kept, bill('On Account', null, voucher.day, rest)] }, ...others],
      });
      return changed(voucher);
    }
    case 'edit_back': {
      const voucher = chosen(trader, mutation, [], 'former');
      const { former } = trader;
      const was = former.get(voucher)!;
      former.set(voucher, contentOf(voucher));
      forget(trader, voucher);
      book.change(voucher, was);
      return changed(voucher);
    }
    case 'change_party': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      const others = trader.debtors.filter((ledger) => ledger !== voucher.legs[0]!.ledger);
      const other = mutation.to === undefined ? trader.random.pick(others) : book.ledger(mutation.to);
      forget(trader, voucher);
      const [party, ...rest] = voucher.legs as [Leg, ...Leg[]];
      // Nothing of another's bills can be settled.
      const onAccount = [bill('On Account', null, voucher.day, party.paise)];
      const bills = voucher.type.class === 'sales' ? party.bills : onAccount;
      book.change(voucher, {
        party: voucher.party === party.ledger ? other : voucher.party,
        legs: [{ ...party, ledger: other, bills: other.billWise ? bills : NO_BILLS }, ...rest],
      });
      return changed(voucher);
    }
    case 'redate': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      redate(trader, voucher, day);
      return changed(voucher);
    }
    case 'cancel': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      forget(trader, voucher);
      book.change(voucher, {
        state: 'cancelled',
        party: null,
        legs: [],
        goods: NO_GOODS,
        narration: '',
        invoiceView: false,
      });
      return changed(voucher);
    }
    case 'delete': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      forget(trader, voucher);
      book.remove(voucher);
      return { guid: book.guidOf(voucher), alterId: null };
    }
    case 'make_optional':
    case 'make_regular': {
      const voucher = chosen(
        trader,
        mutation,
        ['sales', 'receipt'],
        mutation.kind === 'make_optional' ? 'regular' : 'optional',
      );
      forget(trader, voucher);
      book.change(voucher, { state: mutation.kind === 'make_optional' ? 'optional' : 'regular' });
      return changed(voucher);
    }
    case 'change_type': {
      const voucher = chosen(trader, mutation, ['sales']);
      forget(trader, voucher);
      const legs = voucher.legs.map((each) => ({ ...each, fromGoods: false }));
      book.change(voucher, {
        type: book.voucherType(mutation.to ?? 'Journal'),
        legs,
        goods: NO_GOODS,
        invoiceView: false,
      });
      return changed(voucher);
    }
    case 'bounce': {
      const { receipts } = trader;
      const receipt =
        mutation.nth === undefined
          ? mutation.guid && chosen(trader, mutation, ['receipt'])
          : receipts.at(-1 - (mutation.nth % receipts.length));
      if (receipt) forget(trader, receipt);
      const bounced = bounce(trader, 'Bank Charges & Bounces', 0, receipt || undefined);
      if (!bounced) throw new Error('no cleared receipt against a bill is left to bounce');
      return changed(bounced);
    }
    case 'renumber': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      book.change(voucher, { number: mutation.to ?? `${voucher.number}-R` });
      return changed(voucher);
    }
    case 'backdate': {
      const voucher = chosen(trader, mutation, ['sales', 'receipt']);
      backdate(trader, voucher, mutation.days ?? 3);
      return changed(voucher);
    }
  }
}

/** A day's plausible work, dated today. Returns what was touched. */
export function dayOfTrade(trader: Trader, { sales = 0, receipts = 0, edits = 0, cancels = 0 }: DayOfTrade): Mutated[] {
  const work: [MutationKind, number][] = [
    ['add_sale', sales],
    ['add_receipt', receipts],
    ['edit_amount', edits],
    ['cancel', cancels],
  ];
  return work.flatMap(([kind, count]) => Array.from({ length: count }, () => mutate(trader, { kind })));
}

/**
 * The voucher asked for, or one of the latest suitable ones: plain, of one sound debtor, not yet taken back; for `former`
 * any that was changed before. What it holds now is remembered.
 */
function chosen(
  trader: Trader,
  { guid, nth }: Mutation,
  classes: string[],
  state: Voucher['state'] | 'former' = 'regular',
): Voucher {
  const { book, former } = trader;
  const remembered = (voucher: Voucher): Voucher => {
    if (state !== 'former') former.set(voucher, contentOf(voucher));
    return voucher;
  };
  if (guid !== undefined) {
    const voucher = book.voucher(Number.parseInt(guid.slice(-8), 16));
    if (!voucher || book.guidOf(voucher) !== guid) throw new Error(`no voucher has the GUID ${guid}`);
    return remembered(voucher);
  }
  const suitable = [...book.vouchers()].filter((voucher) => {
    if (state === 'former') return former.has(voucher);
    const { type, state: current, day, postDated, legs } = voucher;
    return (
      classes.includes(type.class) &&
      current === state &&
      day <= book.today &&
      !postDated &&
      legs[0]?.ledger.kind === 'debtor' &&
      legs[0].ledger.fault === null &&
      legs[0].foreign === null &&
      legs[0].bills.length > 0 &&
      legs.filter(({ ledger }) => ledger.kind === 'debtor').length === 1
    );
  });
  if (suitable.length === 0) throw new Error(`the book holds no ${state} ${classes.join(' or ')} voucher to change`);
  if (nth !== undefined) return remembered(suitable.at(-1 - (nth % suitable.length))!);
  return remembered(trader.random.pick(suitable.slice(-500)));
}

const contentOf = ({ masterId: _id, alterId: _alterId, sequence: _sequence, ...content }: Voucher): VoucherDraft =>
  content;

function changeLedger(trader: Trader, { kind, guid, nth = 0, to }: Mutation): Mutated {
  const { book } = trader;
  const candidates =
    kind === 'repair_identity' ? trader.faulty.filter(({ fault }) => fault !== 'IDENTITY_AMBIGUOUS') : trader.sound;
  const ledger =
    guid === undefined ? candidates[nth % candidates.length] : book.ledgers.find((each) => book.guidOf(each) === guid);
  if (!ledger) throw new Error('the book holds no ledger to change');
  if (kind === 'rename_ledger') ledger.name = to ?? `${ledger.name} (new)`;
  else if (kind === 'regroup_ledger') {
    const [parent, now] =
      ledger.kind === 'debtor' ? (['Sundry Creditors', 'creditor'] as const) : (['Sundry Debtors', 'debtor'] as const);
    Object.assign(ledger, { parent, kind: now });
  } else {
    ledger.partyGstin = to ?? makeGstin(trader.random);
    ledger.wrongCheckDigit = gstinCheckCharacter(ledger.partyGstin) !== ledger.partyGstin[14];
    ledger.fault = null;
    trader.faulty.splice(trader.faulty.indexOf(ledger), 1);
    trader.sound.push(ledger);
  }
  book.touchMaster(ledger);
  return { guid: book.guidOf(ledger), alterId: ledger.alterId };
}
