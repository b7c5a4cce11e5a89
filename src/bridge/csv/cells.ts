import { isIsoDate } from '../../canonical/calendar.js';
import { TAX_TREATMENTS, VOUCHER_KINDS, type VoucherKind } from '../../canonical/vouchers/voucher.js';
import { isFormula } from '../../sources/csv/faults.js';
import type { HeaderField, LineField } from './columns.js';

/** A cell as a field of a voucher, or what is wrong with it, as a sentence without its subject and end. */
type Cell = { value: unknown } | { fault: string };

const DAY = /^(\d{2})\/(\d{2})\/(\d{4})$/;
const EXPECTED_DAY = 'expected DD/MM/YYYY, such as 14/02/2026';

function dateOf(text: string): Cell {
  const [, day, month, year] = DAY.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  if (isIsoDate(date)) return { value: date };
  if (day !== undefined) return { fault: `is no day of the calendar: ${EXPECTED_DAY}` };
  const how = isIsoDate(text) ? 'begins with the year' : 'is no date in the form of the template';
  return { fault: `${how}: ${EXPECTED_DAY}` };
}

const YES_OR_NO = new Map([
  ['y', true],
  ['yes', true],
  ['n', false],
  ['no', false],
]);

function reverseChargeOf(text: string): Cell {
  const value = YES_OR_NO.get(text.toLowerCase());
  return value === undefined ? { fault: 'is neither yes nor no: expected Y or N' } : { value };
}

function taxTreatmentOf(text: string): Cell {
  const value = TAX_TREATMENTS.find((treatment) => treatment === text.toLowerCase());
  return value === undefined ? { fault: 'is not known: expected regular or sez, or nothing' } : { value };
}

function creditDaysOf(text: string): Cell {
  return /^\d{1,4}$/.test(text) ? { value: Number(text) } : { fault: 'is no number of days: expected one such as 30' };
}

const ROUNDED = /^\d(\.\d+)?E\+\d+$/i;

function numberOf(text: string): Cell {
  if (!ROUNDED.test(text)) return { value: text };
  return { fault: 'was rounded by a spreadsheet (such as 1.23E+14): expected it as text, with all its digits' };
}

/** `Sales`, `Purchase` or `Sales Order`; null for anything else. */
export const kindOf = (text: string): VoucherKind | null =>
  VOUCHER_KINDS.find((kind) => kind === text.toLowerCase().replace(/[\s-]+/g, '_')) ?? null;

const CONVERSIONS: Partial<Record<HeaderField | LineField, (text: string) => Cell>> = {
  number: numberOf,
  date: dateOf,
  reverse_charge: reverseChargeOf,
  tax_treatment: taxTreatmentOf,
  credit_days: creditDaysOf,
};

/** What a cell that is not empty holds. Amounts stay the text they are: whether they are any is for `readVoucher` to say. */
export function cellOf(field: HeaderField | LineField, text: string): Cell {
  if (field !== 'narration' && isFormula(text))
    return { fault: 'holds a formula or what is left of one: expected its value' };
  return CONVERSIONS[field]?.(text) ?? { value: text };
}
