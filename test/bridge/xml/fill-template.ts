import { readFileSync } from 'node:fs';
import type { Voucher } from '../../../src/canonical/vouchers/voucher.js';
import { type Tree, treeOf } from './tree.js';

/** The templates as the specification prints them, filled in by hand as a reader of it would: nothing of the builder is used. */

type Values = Record<string, string | null>;
const PLACEHOLDER = /\{(\w+)\}/g;
const STATES: Record<string, string> = { '27': 'Maharashtra', '29': 'Karnataka' };

export const template = (name: 'envelope' | 'sales' | 'purchase' | 'sales-order'): Tree =>
  treeOf(readFileSync(new URL(`./templates/${name}.xml`, import.meta.url), 'utf8'));

/** The voucher that the specification has for this one, without a REMOTEID, which it does not know. */
export function filledTemplate(voucher: Voucher): Tree {
  const tree = template(voucher.kind === 'sales_order' ? 'sales-order' : voucher.kind);
  // §4: "Same pattern as Sales Invoice", of which it prints the first two.
  if (voucher.kind === 'sales_order') tree.children.push(...template('sales').children.slice(-2));
  return fill(tree, valuesOf(voucher), voucher);
}

function fill(tree: Tree, values: Values, voucher: Voucher): Tree {
  return {
    ...tree,
    text: filled(tree, values, voucher),
    children: tree.children
      .flatMap((child) => repeated(child, voucher).map((more) => [child, { ...values, ...more }] as const))
      .filter(([child, known]) => !isLeftOut(child, known))
      .map(([child, known]) => fill(child, known, voucher)),
  };
}

function filled({ name, text }: Tree, values: Values, voucher: Voucher): string {
  // §2 prints "No", as if nobody sold in reverse charge.
  if (name === 'GSTOVRDNISREVCHARGEAPPL') return voucher.reverseCharge ? 'Yes' : 'No';
  return text.replace(PLACEHOLDER, (_, key: string) => values[key]!).replace(/^--/, '');
}

/** "Include only when…": an entry without its amount. */
const isLeftOut = (tree: Tree, values: Values): boolean =>
  tree.children.some(({ name, text }) => name === 'AMOUNT' && values[/\{(\w+)\}/.exec(text)?.[1] ?? ''] === null);

/** "Repeat for each HSN group", "one per line item". */
function repeated({ name }: Tree, { lines }: Voucher): Values[] {
  if (name === 'ALLINVENTORYENTRIES.LIST') {
    return lines.map((line) => ({
      stock_item_name: line.stockItem,
      rate: line.rate,
      uom: line.unit,
      qty: line.quantity,
      godown: line.godown,
      taxable_value: rupees(line.taxablePaise),
    }));
  }
  if (name === 'GSTOVRDNHSNDETAILS.LIST') {
    const codes = [...new Set(lines.flatMap(({ hsn }) => hsn ?? []))];
    return codes.map((code) => ({
      hsn_code: code,
      taxable_amount_for_hsn: rupees(total(lines.filter(({ hsn }) => hsn === code).map((line) => line.taxablePaise))),
    }));
  }
  return [{}];
}

function valuesOf(voucher: Voucher): Values {
  const { kind, lines } = voucher;
  const ledger = { sales_ledger: 'Sales - GST', purchase_ledger: 'Purchase - GST' };
  const untaxed = voucher.reverseCharge && kind !== 'purchase';
  const tax = (paise: number[]) => (untaxed || total(paise) === 0 ? null : rupees(total(paise)));
  const [year, month, day] = voucher.date.split('-');
  return {
    ...ledger,
    date_YYYYMMDD: `${year}${month}${day}`,
    invoice_no: voucher.number,
    order_no: voucher.number,
    reference_no: voucher.reference,
    party_name: voucher.partyName,
    party_gstin: voucher.partyGstin,
    narration: voucher.narration,
    place_of_supply_name: STATES[voucher.placeOfSupply]!,
    invoice_value: rupees(voucher.invoicePaise),
    total_taxable_value: rupees(total(lines.map((line) => line.taxablePaise))),
    cgst_total: tax(lines.map((line) => line.cgstPaise)),
    sgst_total: tax(lines.map((line) => line.sgstPaise)),
    igst_total: tax(lines.map((line) => line.igstPaise)),
    round_off: voucher.roundOffPaise === 0 ? null : rupees(voucher.roundOffPaise),
  };
}

const total = (amounts: number[]): number => amounts.reduce((sum, amount) => sum + amount, 0);
const rupees = (paise: number): string => (paise / 100).toFixed(2);
