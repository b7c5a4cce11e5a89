import type { Account, Kind } from './account.js';
import { settling } from './history.js';
import { invoiceFields, lineOf, paymentFields, returnFields } from './rows.js';
import type { Trade } from './trade.js';

const SALES = 12;
const PAID = 8;

/** A day's files, the `turn`-th from 1 on: new invoices, one of the history corrected, payments of old and new ones, a return. */
export function dayRows(trade: Trade, turn: number, account: Account): Record<Kind, string[]> {
  const first = trade.count + (turn - 1) * SALES;
  const rows: Record<Kind, string[]> = { invoices: [], payments: [], returns: [] };

  for (let number = first; number < first + SALES; number += 1) {
    const invoice = trade.invoice(number);
    account.add('invoices', invoice.retailer, invoice.day, invoice.paise);
    rows.invoices.push(lineOf(invoiceFields(invoice, invoice.paise, trade.retailers[invoice.retailer]!)));
  }
  const old = trade.invoice(trade.count - turn);
  const corrected = (old.correctedPaise ?? old.paise) + 250_00;
  const fields = invoiceFields(old, corrected, trade.retailers[old.retailer]!);
  account.correct('invoices', old.retailer, old.day, 250_00);
  account.refuse('AMOUNT_OUTLIER');
  rows.invoices.push(lineOf(fields), lineOf([`X-day-${turn}`, ...fields.slice(1, 4), '0', ...fields.slice(5)]));

  const open = openInvoices(trade, turn * PAID).slice(-PAID);
  for (const invoice of [...open, first]) {
    const { paise } = trade.invoice(invoice);
    const lines = [{ invoice, paise }];
    const settlement = { id: `RC-day-${turn}-${invoice}`, day: trade.today, lines, correctedPaise: null };
    rows.payments.push(...settling(trade, settlement, account));
  }
  account.refuse('INVOICE_UNKNOWN');
  rows.payments.push(lineOf(paymentFields(`RX-day-${turn}`, 'NO-SUCH-BILL', trade.today, 100_00)));

  const given = trade.invoice(first + 1);
  account.add('returns', given.retailer, trade.today, 200_00);
  rows.returns.push(lineOf(returnFields(`CN-day-${turn}`, given.id, trade.today, 200_00)));

  account.rows += rows.invoices.length + rows.payments.length + rows.returns.length;
  return rows;
}

/** The newest invoices of the history that nobody has paid. */
function openInvoices(trade: Trade, count: number): number[] {
  const open: number[] = [];
  const settledWithOthers = new Set<number>();
  for (let number = 0; number < trade.count; number += 1) {
    for (const { invoice } of trade.settlement(number)?.lines ?? []) settledWithOthers.add(invoice);
  }
  for (let number = trade.count - 1; number >= 0 && open.length < count; number -= 1) {
    if (!settledWithOthers.has(number)) open.push(number);
  }
  return open;
}
