import { DateTime } from 'luxon';
import { type Day, dayOf, financialYearStart, isoOf, monthEnd, parseDay, plusMonths } from '../calendar.js';
import { makeGstin } from '../gstin.js';
import { Random } from '../random.js';

export interface TradeOptions {
  /** The same seed, months, invoices and today give the same files. */
  seed?: number;
  /** How far back the history goes. */
  months?: number;
  /** Of the history, without those that must be refused; at least 60 where peculiar, so that every case has room. */
  invoices?: number;
  /** ISO day; by default the current one in India. */
  today?: string;
  retailers?: number;
  /** False: no row that must be refused, and none that stands twice. */
  peculiar?: boolean;
}

export interface Retailer {
  name: string;
  gstin: string | null;
  phone: string | null;
}
export interface Invoice {
  id: string;
  /** Its place among the retailers. */
  retailer: number;
  day: Day;
  dueDay: Day | null;
  paise: number;
  /** What a file of the month after says instead. */
  correctedPaise: number | null;
}
export interface Settlement {
  id: string;
  day: Day;
  /** By the invoice's number. */
  lines: Array<{ invoice: number; paise: number }>;
  correctedPaise: number | null;
}
export interface Return {
  id: string;
  day: Day;
  paise: number;
}

const MAX_LAG_DAYS = 70;
/** Every so many invoices three in a row are one retailer's, and paid at once. */
const GROUP_EVERY = 19;
const GROUP = 3;

/**
 * What a distributor did, invoice by invoice. Everything is computed from an invoice's number alone, so that a million of
 * them need no memory, and any month can be told without the others.
 */
export class Trade {
  readonly today: Day;
  readonly firstDay: Day;
  readonly count: number;
  readonly peculiar: boolean;
  readonly retailers: readonly Retailer[];
  readonly #seed: number;

  constructor({ seed = 1, months = 24, invoices = 500, today, retailers, peculiar = true }: TradeOptions = {}) {
    const day = today === undefined ? indianToday() : parseDay(today);
    if (day === null) throw new Error(`today is ${today}, expected a date such as 2026-05-18`);
    this.today = day;
    this.firstDay = plusMonths(day, -months);
    this.count = peculiar ? Math.max(60, invoices) : invoices;
    this.peculiar = peculiar;
    this.#seed = seed;
    const random = new Random(seed);
    const many = retailers ?? Math.min(2_000, Math.max(24, Math.round(this.count / 60)));
    this.retailers = Array.from({ length: many }, (_, place) => retailerOf(place, random));
  }

  /** The first invoice of a day or after it. */
  firstOn(day: Day): number {
    const days = this.today - this.firstDay + 1;
    return Math.min(this.count, Math.max(0, Math.ceil(((day - this.firstDay) * this.count) / days)));
  }

  /** The first invoice that may be paid or returned on a day or after it. */
  firstOpenOn = (day: Day): number => Math.max(0, this.firstOn(day - MAX_LAG_DAYS) - GROUP);

  /** From 0; those beyond the history are today's. */
  invoice(number: number): Invoice {
    const random = this.#random(number, 1);
    const day = this.#dayOf(number);
    const paise = random.int(500_00, 60_000_00);
    const credit = random.pick([15, 15, 30, 30, 30, 45, 45, 60]);
    const dueDay = random.chance(0.05) ? null : day + (random.chance(0.02) ? 300 : credit);
    const isCorrected = random.chance(0.04) && this.#isHistory(number) && monthEnd(day) < this.today;
    const year = isoOf(financialYearStart(day)).slice(0, 4);
    return {
      id: `${year}-${String(Number(year.slice(2)) + 1).padStart(2, '0')}/${String(number + 1).padStart(6, '0')}`,
      retailer: this.#retailerOf(number),
      day,
      dueDay,
      paise,
      correctedPaise: isCorrected ? paise + random.int(1_00, 500_00) : null,
    };
  }

  /** What settles an invoice, or it and the two after it; null where it is open, or settled with another. */
  settlement(number: number): Settlement | null {
    const random = this.#random(number, 2);
    const place = this.#placeInGroup(number);
    const isAlone = place === null;
    const share = random.next();
    if (place === 1 || place === 2 || (isAlone && share > 0.88)) return null;
    const numbers = isAlone ? [number] : [number, number + 1, number + 2];
    const day = this.#dayOf(numbers.at(-1)!) + random.int(1, MAX_LAG_DAYS);
    if (day > this.today || !this.#isHistory(number)) return null;
    const lines = numbers.map((invoice) => {
      const { paise } = this.invoice(invoice);
      return { invoice, paise: isAlone && share > 0.78 ? Math.floor(paise / 2) : paise };
    });
    const isCorrected = isAlone && random.chance(0.02) && monthEnd(day) < this.today;
    return { id: `RC-${number + 1}`, day, lines, correctedPaise: isCorrected ? lines[0]!.paise + 1_00 : null };
  }

  returned(number: number): Return | null {
    const random = this.#random(number, 3);
    if (!random.chance(0.06) || !this.#isHistory(number)) return null;
    const { day, paise } = this.invoice(number);
    const returnDay = day + random.int(1, 25);
    return returnDay > this.today
      ? null
      : { id: `CN-${number + 1}`, day: returnDay, paise: Math.floor(paise * (0.1 + 0.2 * random.next())) };
  }

  #dayOf(number: number): Day {
    if (!this.#isHistory(number)) return this.today;
    return this.firstDay + Math.floor((number * (this.today - this.firstDay + 1)) / this.count);
  }

  #isHistory = (number: number): boolean => number < this.count;

  #retailerOf(number: number): number {
    const leader = number - (this.#placeInGroup(number) ?? 0);
    return this.#random(leader, 4).int(0, this.retailers.length - 1);
  }

  #placeInGroup(number: number): 0 | 1 | 2 | null {
    const place = number % GROUP_EVERY;
    const isGrouped = place < GROUP && this.#isHistory(number - place + GROUP - 1);
    return isGrouped ? (place as 0 | 1 | 2) : null;
  }

  #random = (number: number, purpose: number): Random =>
    new Random(Math.imul(this.#seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b) ^ Math.imul(purpose, 0xc2b2ae35));
}

const NAMES = [
  'Sharma General Store',
  'Gupta Kirana, Main Road',
  'Café “Lake View”',
  'Patel & Sons',
  'Verma "Quick" Mart',
];

/** Of ten retailers one has no GSTIN and one no phone; no two share either. */
function retailerOf(place: number, random: Random): Retailer {
  const gstin = makeGstin(random);
  const digits = `9${String(100_000_000 + place * 7_919)}`;
  const phone = place % 3 === 0 ? `+91 ${digits.slice(0, 5)} ${digits.slice(5)}` : digits;
  return {
    name: `${NAMES[place % NAMES.length]} ${place + 1}`,
    gstin: place % 10 === 4 ? null : gstin,
    phone: place % 10 === 7 ? null : phone,
  };
}

const indianToday = (): Day => {
  const { year, month, day } = DateTime.now().setZone('Asia/Kolkata');
  return dayOf(DateTime.utc(year, month, day));
};
