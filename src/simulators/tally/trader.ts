import { compactOf, type Day, financialYearStart, isoOf } from '../calendar.js';
import type { Random } from '../random.js';
import { type Book, refill, type VoucherDraft } from './book.js';
import { debtorsOf } from './masters.js';
import {
  type BankAllocation,
  type BillAllocation,
  type BillKind,
  type GoodsLine,
  type Ledger,
  type Leg,
  NO_BILLS,
  NO_GOODS,
  type Voucher,
} from './model.js';

export interface OpenBill {
  name: string;
  day: Day;
  /** Still owed. */
  paise: number;
}

export interface SaleOptions {
  type?: string;
  taxablePaise?: number;
  goods?: boolean;
  credit?: string;
  dueDropped?: boolean;
  /** Advances set off first, named by the bill the customer's money stands under. */
  advance?: OpenBill;
  /** Splits the bill over this many references. */
  references?: number;
  state?: 'optional';
}

export const ITEMS = [
  'Parle-G 70g (Case)',
  'Tata Salt 1kg',
  'Amul Butter 500g & Cheese',
  'Surf Excel <Matic> 1kg',
  'चाय पत्ती 250g',
  'Maggi "2-Minute" 12pk',
];
const NARRATIONS = [
  '',
  '',
  '',
  'Being goods sold',
  'As per order on phone',
  'माल बेचा',
  'Terms & conditions < apply >',
  `Scanned\u0004 from\u000b challan`,
  'e&oe',
];

export const leg = (ledger: Ledger, paise: number, bills: readonly BillAllocation[] = NO_BILLS): Leg => ({
  ledger,
  paise,
  bills: bills.length ? bills : NO_BILLS,
  bank: null,
  foreign: null,
  fromGoods: false,
});

export const bill = (
  kind: BillKind,
  name: string | null,
  day: Day,
  paise: number,
  credit = '',
  dueDropped = false,
): BillAllocation => ({
  kind,
  name,
  day,
  paise,
  credit,
  dueDropped,
});

/** Keeps the distributor's books: numbers vouchers, remembers what is open, and knows how trade is written down. */
export class Trader {
  readonly debtors: Ledger[];
  /** Debtors whose records nothing about their identity keeps out. */
  readonly sound: Ledger[];
  readonly faulty: Ledger[];
  /** Cleared receipts against bills of sound debtors that may still bounce. */
  readonly receipts: Voucher[] = [];
  /** What vouchers held before they were last opened, for those who change their mind. */
  readonly former = new Map<Voucher, VoucherDraft>();
  readonly #open = new Map<Ledger, OpenBill[]>();
  readonly #numbers = new Map<string, number>();

  constructor(
    readonly book: Book,
    readonly random: Random,
    public day: Day,
  ) {
    this.debtors = debtorsOf(book);
    this.sound = this.debtors.filter(({ fault }) => !fault);
    this.faulty = this.debtors.filter(({ fault }) => fault);
    for (const debtor of this.debtors)
      for (const { name, day: billDay, paise } of debtor.openingBills)
        if (paise < 0 && isoOf(billDay) >= '2018-01-01') this.open(debtor).push({ name, day: billDay, paise: -paise });
  }

  open(debtor: Ledger): OpenBill[] {
    const bills = this.#open.get(debtor) ?? [];
    this.#open.set(debtor, bills);
    return bills;
  }

  /** Takes a backup of the books. Returns what restores it, and forgets with them what happened since. */
  backUp(): () => void {
    const restored = [this.book.backUp(), this.random.backUp()];
    const lists = [this.sound, this.faulty, this.receipts].map((list) => ({
      list: list as unknown[],
      held: [...list],
    }));
    const open = [...this.#open].map(([debtor, bills]) => ({ debtor, bills: bills.map((owed) => ({ ...owed })) }));
    const numbers = new Map(this.#numbers);
    const former = new Map(this.former);
    return () => {
      for (const restore of restored) restore();
      for (const { list, held } of lists) list.splice(0, list.length, ...held);
      refill(
        this.#open,
        open.map(({ debtor, bills }) => [debtor, bills.map((owed) => ({ ...owed }))]),
      );
      refill(this.#numbers, numbers);
      refill(this.former, former);
    };
  }

  /** Mostly sound ones: a book in which every tenth record is refused would be no ordinary book. */
  debtor(): Ledger {
    return this.random.chance(0.01) ? this.random.pick(this.faulty) : this.random.pick(this.sound);
  }

  billWiseDebtor(): Ledger {
    for (;;) {
      const debtor = this.random.pick(this.sound);
      if (debtor.billWise) return debtor;
    }
  }

  /** A bill-wise sound debtor with at least `bills` open bills; sells to one until it has them. */
  debtorOwing(bills = 1): Ledger {
    for (let attempt = 0; attempt < 8; attempt += 1) {
      const debtor = this.billWiseDebtor();
      if (this.open(debtor).length >= bills) return debtor;
    }
    const debtor = this.billWiseDebtor();
    while (this.open(debtor).length < bills) this.sell(debtor);
    return debtor;
  }

  bank(): Ledger {
    return this.book.ledger(this.random.chance(0.6) ? 'HDFC Bank' : 'SBI Current A/c');
  }

  /** Numbers restart with every financial year, so the same number comes back a year later. */
  number(type: string, day: Day): string {
    const series = `${type} ${financialYearStart(day)}`;
    const next = (this.#numbers.get(series) ?? 0) + 1;
    this.#numbers.set(series, next);
    const { prefix } = this.book.voucherType(type);
    return prefix ? `${prefix}${String(next).padStart(4, '0')}` : String(next);
  }

  post(type: string, party: Ledger | null, legs: readonly Leg[], more: Partial<VoucherDraft> = {}): Voucher {
    const day = more.day ?? this.day;
    return this.book.add({
      day,
      type: this.book.voucherType(type),
      number: this.number(type, day),
      party,
      narration: this.random.pick(NARRATIONS),
      state: 'regular',
      postDated: false,
      invoiceView: false,
      legs,
      goods: NO_GOODS,
      ...more,
    });
  }

  /** A sale on credit; its bill is named after the voucher, by the usual convention. */
  sell(debtor: Ledger, options: SaleOptions = {}, day = this.day): Voucher {
    const type = options.type ?? this.random.pick(['Sales', 'GST Sales', 'GST Sales', 'Counter Sales']);
    const taxable = options.taxablePaise ?? this.random.int(400_00, 60_000_00);
    const { legs: counter, total } = this.#salesLegs(taxable);
    const number = this.number(type, day);
    const bills: BillAllocation[] = [];
    if (debtor.billWise) {
      let rest = total;
      if (options.advance) {
        const used = Math.min(options.advance.paise, rest);
        bills.push(bill('Agst Ref', options.advance.name, options.advance.day, -used));
        rest -= used;
      }
      const references = options.references ?? 1;
      for (let index = 0; index < references && rest > 0; index += 1) {
        const part = index === references - 1 ? rest : Math.floor(rest / references);
        const name = references > 1 ? `${number}/${index + 1}` : number;
        bills.push(
          bill(
            'New Ref',
            name,
            day,
            -part,
            options.credit ?? this.random.pick(['30 Days', '', '45 Days', '21 Days', '2 Weeks', '1 Months']),
            options.dueDropped,
          ),
        );
        if (options.state !== 'optional') this.open(debtor).push({ name, day, paise: part });
        rest -= part;
      }
    }
    const inGoods = options.goods ?? this.random.chance(0.5);
    return this.post(type, debtor, [leg(debtor, -total, bills), ...markGoods(counter, inGoods)], {
      day,
      number,
      state: options.state ?? 'regular',
      invoiceView: inGoods,
      goods: inGoods ? this.goods(taxable) : NO_GOODS,
    });
  }

  /** Goods lines that add up to `paise` (positive when they are sold). */
  goods(paise: number): GoodsLine[] {
    const count = this.random.int(1, 4);
    const lines: GoodsLine[] = [];
    let rest = paise;
    for (let index = 0; index < count; index += 1) {
      const part = index === count - 1 ? rest : Math.trunc(rest / (count - index + this.random.next()));
      const quantity = this.random.int(1, 40);
      lines.push({
        item: this.random.pick(ITEMS),
        quantity,
        ratePaise: Math.round(Math.abs(part) / quantity),
        paise: part,
      });
      rest -= part;
    }
    return lines;
  }

  /** Sales ledger, taxes and rounding to the rupee that stand against a debtor's debit of `total`. */
  #salesLegs(taxable: number): { legs: Leg[]; total: number } {
    const { book, random } = this;
    const legs = [leg(book.ledger('Sales GST 18%'), taxable)];
    let exact = taxable;
    if (random.chance(0.25)) {
      const tax = Math.round(taxable * 0.18);
      legs.push(leg(book.ledger('Output IGST'), tax));
      exact += tax;
    } else {
      const tax = Math.round(taxable * 0.09);
      legs.push(leg(book.ledger('Output CGST'), tax), leg(book.ledger('Output SGST'), tax));
      exact += 2 * tax;
    }
    const total = random.chance(0.8) ? Math.round(exact / 100) * 100 : exact;
    if (total !== exact) legs.push(leg(book.ledger('Round Off'), total - exact));
    return { legs, total };
  }

  /** A sale that is paid over the counter or owed by someone who is no debtor. */
  sellTo(ledger: Ledger): Voucher {
    const taxable = this.random.int(50_00, 5_000_00);
    const { legs, total } = this.#salesLegs(taxable);
    const goods = this.random.chance(0.4);
    return this.post(
      this.random.pick(['Cash Memo', 'नकद बिक्री & Returns', 'Counter Sales']),
      ledger,
      [leg(ledger, -total), ...markGoods(legs, goods)],
      {
        invoiceView: goods,
        goods: goods ? this.goods(taxable) : NO_GOODS,
      },
    );
  }

  /** Takes up to `count` of the debtor's oldest bills off the open ones; `share` of each is paid. */
  settle(debtor: Ledger, count: number, share = 1): BillAllocation[] {
    const open = this.open(debtor);
    return open.slice(0, count).map((owed) => {
      const paise = share === 1 ? owed.paise : Math.max(100, Math.floor(owed.paise * share));
      owed.paise -= paise;
      if (owed.paise <= 0) open.splice(open.indexOf(owed), 1);
      return bill('Agst Ref', owed.name, owed.day, paise);
    });
  }

  /** Money in from one debtor, allocated as given; without allocations it stays on the account. */
  receive(
    debtor: Ledger,
    bills: readonly BillAllocation[],
    more: Partial<VoucherDraft> & { paise?: number; deductions?: Leg[] } = {},
  ): Voucher {
    const { paise, deductions = [], ...rest } = more;
    const total = paise ?? bills.reduce((sum, allocation) => sum + allocation.paise, 0);
    const deducted = deductions.reduce((sum, deduction) => sum + deduction.paise, 0);
    const voucher = this.post(this.random.chance(0.5) ? 'Receipt' : 'Bank Receipt', null, [], rest);
    const money = this.moneyLeg(-(total + deducted), voucher.day);
    const legs = [leg(debtor, total, bills), ...deductions, money];
    Object.assign(voucher, { legs, party: this.random.chance(0.6) ? debtor : money.ledger });
    const mayBounce = !debtor.fault && rest.postDated !== true && voucher.day <= this.book.today && bills.length > 0;
    if (mayBounce && deductions.length === 0 && bills.every(({ kind }) => kind === 'Agst Ref')) {
      this.receipts.push(voucher);
      if (this.receipts.length > 60) this.receipts.shift();
    }
    return voucher;
  }

  moneyLeg(paise: number, day: Day): Leg {
    const { random } = this;
    if (random.chance(0.2)) return leg(this.book.ledger('Cash'), paise);
    const [transactionType, transferMode] = random.pick([
      ['Cheque/DD', ''],
      ['Cheque/DD', ''],
      ['Electronic Fund Transfer', 'NEFT'],
      ['Electronic Fund Transfer', 'RTGS'],
      ['e-Fund Transfer', 'IMPS'],
      ['Others', ''],
    ] as const);
    const bank: BankAllocation = {
      transactionType,
      transferMode,
      instrumentNumber: String(random.int(100000, 999999)),
      instrumentDay: day,
      clearedOn: random.chance(0.5) ? day + random.int(0, 3) : null,
    };
    return { ...leg(this.bank(), paise), bank };
  }

  advanceName(): string {
    return `ADV-${compactOf(this.day)}-${this.random.int(100, 999)}`;
  }
}

const markGoods = (legs: Leg[], inGoods: boolean): Leg[] =>
  inGoods ? legs.map((counter) => (counter.ledger.kind === 'sales' ? { ...counter, fromGoods: true } : counter)) : legs;
