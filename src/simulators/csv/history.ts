import { type Day, monthEnd, monthOf, plusMonths } from '../calendar.js';
import type { Account, Kind } from './account.js';
import { refusedAfter } from './peculiar.js';
import { invoiceFields, lineOf, type PaymentFields, paymentFields, returnFields } from './rows.js';
import type { Settlement, Trade } from './trade.js';

/** A month of the history; the last ends today. */
export interface Month {
  /** `2026-05` */
  name: string;
  first: Day;
  last: Day;
  /** First day of the month before. */
  before: Day;
}

export function monthsOf({ firstDay, today }: Trade): Month[] {
  const months: Month[] = [];
  for (let first = firstDay; first <= today; first = monthEnd(first) + 1) {
    const before = plusMonths(monthEnd(first) + 1, -2);
    months.push({ name: monthOf(first), first, last: Math.min(monthEnd(first), today), before });
  }
  return months;
}

const DUPLICATE_EVERY = 45;
/** Money without a bill, and money for a bill of the time before the history. */
const ON_ACCOUNT_EVERY = 50;

/** The rows of one month's file of a kind; what they say is added to the account as they are taken. */
export function* rowsOf(kind: Kind, trade: Trade, month: Month, account: Account): Generator<string> {
  const rows = { invoices: invoiceRows, payments: paymentRows, returns: returnRows }[kind];
  for (const row of rows(trade, month, account)) {
    account.rows += 1;
    yield row;
  }
}

function* invoiceRows(trade: Trade, { first, last, before }: Month, account: Account): Generator<string> {
  for (let number = trade.firstOn(first); number < trade.firstOn(last + 1); number += 1) {
    const invoice = trade.invoice(number);
    const line = lineOf(invoiceFields(invoice, invoice.paise, trade.retailers[invoice.retailer]!));
    account.add('invoices', invoice.retailer, invoice.day, invoice.paise);
    yield line;
    if (trade.peculiar && number % DUPLICATE_EVERY === 7) {
      account.repeat();
      yield line;
    }
    yield* refused('invoices', trade, number, account);
  }
  for (let number = trade.firstOn(before); number < trade.firstOn(first); number += 1) {
    const { correctedPaise, ...invoice } = trade.invoice(number);
    if (correctedPaise === null) continue;
    account.correct('invoices', invoice.retailer, invoice.day, correctedPaise - invoice.paise);
    yield lineOf(invoiceFields({ ...invoice, correctedPaise }, correctedPaise, trade.retailers[invoice.retailer]!));
  }
}

function* paymentRows(trade: Trade, { first, last, before }: Month, account: Account): Generator<string> {
  for (let number = trade.firstOpenOn(first); number < trade.firstOn(last + 1); number += 1) {
    const settlement = trade.settlement(number);
    if (settlement !== null && settlement.day >= first && settlement.day <= last) {
      yield* settling(trade, settlement, account);
    }
    if (number < trade.firstOn(first)) continue;
    yield* onAccount(trade, number, account);
    yield* refused('payments', trade, number, account);
  }
  for (let number = trade.firstOpenOn(before); number < trade.firstOn(first); number += 1) {
    const { id, day, lines, correctedPaise } = trade.settlement(number) ?? { correctedPaise: null };
    if (correctedPaise === null || day! < before || day! >= first) continue;
    const invoice = trade.invoice(number);
    account.correct('payments', invoice.retailer, day!, correctedPaise! - lines![0]!.paise);
    yield lineOf(paymentFields(id!, invoice.id, day!, correctedPaise!));
  }
}

/** One row an invoice, one after the other. */
export function* settling(trade: Trade, { id, day, lines }: Settlement, account: Account): Generator<string> {
  for (const { invoice, paise } of lines) {
    const settled = trade.invoice(invoice);
    account.add('payments', settled.retailer, day, paise);
    yield lineOf(paymentFields(id, settled.id, day, paise));
  }
}

function* onAccount(trade: Trade, number: number, account: Account): Generator<string> {
  const place = number % ON_ACCOUNT_EVERY;
  if (place !== 20 && place !== 40) return;
  const { retailer, day } = trade.invoice(number);
  const { gstin, phone } = trade.retailers[retailer]!;
  const paise = 1_000_00 + number;
  const fields: PaymentFields = paymentFields(`OA-${number}`, place === 20 ? '' : `OLD/${number}`, day, paise);
  fields[4] = gstin ?? '';
  fields[5] = phone ?? '';
  account.add('payments', retailer, day, paise);
  yield lineOf(fields);
}

function* returnRows(trade: Trade, { first, last }: Month, account: Account): Generator<string> {
  for (let number = trade.firstOpenOn(first); number < trade.firstOn(last + 1); number += 1) {
    const returned = trade.returned(number);
    if (returned !== null && returned.day >= first && returned.day <= last) {
      const invoice = trade.invoice(number);
      account.add('returns', invoice.retailer, returned.day, returned.paise);
      yield lineOf(returnFields(returned.id, invoice.id, returned.day, returned.paise));
    }
    if (number >= trade.firstOn(first)) yield* refused('returns', trade, number, account);
  }
}

function* refused(kind: Kind, trade: Trade, number: number, account: Account): Generator<string> {
  const row = refusedAfter(trade, kind, number);
  if (row === null) return;
  account.refuse(row.code);
  yield row.line;
}
