import { type Day, parseDay } from '../calendar.js';
import type { Book, VoucherDraft } from './book.js';
import type { EntryObject, GoodsObject, VoucherObject } from './import-request.js';
import type { BillAllocation, BillKind, GoodsLine, Ledger, Leg } from './model.js';
import { NO_GOODS } from './model.js';
import { bill, leg } from './trader.js';

/** Tally does not take the object, and says so in a LINEERROR. */
export class Refused extends Error {
  override name = 'Refused';
}

const TOTALS = 'Voucher Totals do not match!';
const absent = (what: string, name: string): Refused => new Refused(`${what} '${name}' does not exist!`);

/** The voucher as the books will hold it. Signs are taken as they come: a party's credit on a sale passes. */
export function draftOf(object: VoucherObject, book: Book): VoucherDraft {
  const type = book.named('voucherTypes', object.type);
  if (!type) throw absent('Voucher Type', object.type);
  const day = parseDay(object.date);
  if (day === null || day < book.company.booksFrom) throw new Refused(`Voucher date is missing for: '${type.name}'`);
  const party = object.party ? ledgerOf(book, object.party) : null;
  const isWhole = object.allEntries.length > 0;
  const entries = [...object.allEntries, ...object.entries].map((entry) => legOf(book, entry, day));
  const goods = object.goods.map((line) => goodsOf(book, line));
  const legs = isWhole ? withDetail(entries, goods) : [...entries, ...legsOf(goods)];
  if (legs.length === 0 || sum(legs) !== 0) throw new Refused(TOTALS);
  return {
    day,
    type,
    number: object.number,
    party,
    narration: object.narration,
    state: 'regular',
    postDated: false,
    invoiceView: object.invoiceView,
    legs,
    goods: goods.length > 0 ? goods.flatMap(({ lines }) => lines) : NO_GOODS,
    reference: object.reference,
    partyGstin: object.partyGstin,
    placeOfSupply: object.placeOfSupply,
  };
}

function ledgerOf(book: Book, name: string): Ledger {
  const ledger = book.named('ledgers', name);
  if (!ledger) throw absent('Ledger', name);
  return ledger;
}

const sum = (parts: readonly { paise: number }[]): number => parts.reduce((total, { paise }) => total + paise, 0);

function legOf(book: Book, entry: EntryObject, day: Day): Leg {
  const ledger = ledgerOf(book, entry.ledger);
  // What a ledger that is not kept bill by bill is given of bills is dropped without a word.
  const bills = ledger.billWise ? entry.bills.map((given) => billOf(given, day)) : [];
  return leg(ledger, paiseOf(entry.amount), bills);
}

const BILL_KINDS: readonly BillKind[] = ['New Ref', 'Agst Ref', 'Advance', 'On Account'];
const LONGEST_CREDIT_DAYS = 180;

function billOf(given: EntryObject['bills'][number], day: Day): BillAllocation {
  const kind = BILL_KINDS.find((each) => each.toLowerCase() === given.kind.toLowerCase()) ?? 'On Account';
  const days = Number(/^(\d+) Days?$/i.exec(given.credit)?.[1] ?? 0);
  const name = kind === 'On Account' ? null : given.name;
  return bill(kind, name, day, paiseOf(given.amount), given.credit, days > LONGEST_CREDIT_DAYS);
}

/** One item with what it is booked to; an item that is booked to several ledgers makes a line for each. */
interface Goods {
  lines: GoodsLine[];
  allocations: { ledger: Ledger; paise: number }[];
}

function goodsOf(book: Book, given: GoodsObject): Goods {
  const item = book.named('stockItems', given.item);
  if (!item) throw absent('Stock Item', given.item);
  const { quantity, unit } = measured(given.quantity);
  for (const name of [unit, given.rate.split('/')[1]?.trim()])
    if (name && !book.named('units', name)) throw absent('Unit', name);
  const godowns = given.godowns.map((name) => {
    const godown = book.named('godowns', name);
    if (!godown) throw absent('Godown', name);
    return godown;
  });
  const paise = paiseOf(given.amount);
  const allocations = given.allocations.map((each) => ({
    ledger: ledgerOf(book, each.ledger),
    paise: paiseOf(each.amount),
  }));
  if (allocations.length > 0 && sum(allocations) !== paise) throw new Refused(TOTALS);
  const line: GoodsLine = {
    item: item.name,
    quantity,
    ratePaise: Math.round(Number.parseFloat(given.rate) * 100) || 0,
    paise,
    given: {
      quantity: unit || !given.quantity ? given.quantity : `${given.quantity} ${item.unit}`,
      rate: given.rate,
      godown: godowns[0]?.name ?? '',
    },
  };
  const lines = allocations.length > 0 ? allocations.map((each) => ({ ...line, ...each })) : [line];
  return { lines, allocations };
}

function measured(text: string): { quantity: number; unit: string } {
  const [, number = '0', unit = ''] = /^(-?[\d.,]+)\s*(.*)$/.exec(text) ?? [];
  return { quantity: Number(number.replaceAll(',', '')) || 0, unit };
}

/** What the goods add up to on each ledger. */
function legsOf(goods: readonly Goods[]): Leg[] {
  const byLedger = new Map<Ledger, number>();
  for (const { ledger, paise } of goods.flatMap(({ allocations }) => allocations))
    byLedger.set(ledger, (byLedger.get(ledger) ?? 0) + paise);
  return [...byLedger].map(([ledger, paise]) => ({ ...leg(ledger, paise), fromGoods: true }));
}

/** The goods say what an entry is made of, and may not say more than there is. */
function withDetail(entries: readonly Leg[], goods: readonly Goods[]): Leg[] {
  const legs = [...entries];
  for (const { ledger, paise } of legsOf(goods)) {
    const at = legs.findIndex((entry) => entry.ledger === ledger && !entry.fromGoods);
    const entry = legs[at];
    if (!entry || Math.sign(entry.paise) !== Math.sign(paise) || Math.abs(paise) > Math.abs(entry.paise))
      throw new Refused(TOTALS);
    if (entry.paise === paise) legs[at] = { ...entry, fromGoods: true };
  }
  return legs;
}

/** Rupees as clients write them; what cannot be read is an amount that matches nothing. */
function paiseOf(text: string): number {
  const plain = text.replaceAll(',', '');
  if (!/^-?\d+(\.\d+)?$/.test(plain)) throw new Refused(TOTALS);
  return Math.round(Number(plain) * 100);
}
