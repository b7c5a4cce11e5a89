import { isIsoDate } from '../../canonical/calendar.js';
import type { QuarantineCode } from '../../canonical/quarantine.js';
import type { RuleSettings } from '../../canonical/rules.js';
import type { Template } from './templates.js';

/** Why one row became no record. Quotes nothing of the row, so that it may be shown, logged and sent. */
export interface RowFault {
  line: number;
  /** Null where the fault is the row's as a whole. */
  column: string | null;
  code: QuarantineCode;
  /** One sentence for people. */
  message: string;
}

type Form = [pattern: RegExp, name: string];

const DATE_FORMS: Form[] = [
  [/^$/, 'is empty'],
  [/^\d{4}-\d{2}-\d{2}$/, 'is no day of the calendar'],
  [/^\d{4}-\d{2}-\d{2}[T ]/, 'holds a time of day'],
  [
    /^\d{1,2}[/.-]\d{1,2}[/.-](\d{2}|\d{4})$/,
    'is written day/month/year or month/day/year, which cannot be told apart',
  ],
  [
    /^\d{4}[/.]\d{1,2}[/.]\d{1,2}$|^\d{4}-\d{1,2}-\d{1,2}$/,
    'is written year/month/day, but not with hyphens and two digits each',
  ],
  [/^\d{1,2}[ -][a-z]{3,9}[ ,-]+(\d{2}|\d{4})$/i, 'names its month in letters'],
  [/^\d{8}$/, 'is written without hyphens'],
  [/^\d{5}(\.\d+)?$/, 'is the day number of a spreadsheet'],
];

const AMOUNT_FORMS: Form[] = [
  [/^$/, 'is empty'],
  [/^[+-]?\d+(\.\d+)?e[+-]?\d+$/i, 'is written with an exponent'],
  [/^[+-]?\d{1,3}(,\d{2,3})+(\.\d*)?$/, 'has separators between its digits'],
  [/^[+-]?\d+,\d{1,2}$/, 'has a decimal comma'],
  [/^\(.*\)$|\b(cr|dr)\.?$/i, 'is marked as credit or debit'],
  [/[₹$€£]|\brs\b|\binr\b|\busd\b|\/-$/i, 'has a currency symbol'],
  [/^[+-]?\d+\.\d{3,}$/, 'has more than two decimals'],
];

const formOf = (value: string, forms: Form[], otherwise: string): string =>
  forms.find(([pattern]) => pattern.test(value))?.[1] ?? otherwise;

const EXPECTED_DATE = 'expected YYYY-MM-DD, such as 2026-05-03';
const EXPECTED_AMOUNT = 'expected rupees as plain digits with at most two decimals, such as 42000.50';

/** The sentence of a rule that a row's record broke; `column` is the template's own. */
export function sentenceOfRule(
  code: QuarantineCode,
  column: string,
  value: string,
  template: Template,
  { maxInvoicePaise }: Pick<RuleSettings, 'maxInvoicePaise'>,
): string {
  switch (code) {
    case 'INVALID_DATE':
    case 'INVALID_PAYMENT_DATE':
      if (!isIsoDate(value)) return `The date ${formOf(value, DATE_FORMS, 'is none')}: ${EXPECTED_DATE}.`;
      return code === 'INVALID_DATE'
        ? 'The date is before 2018 or in the future: expected the day of the document.'
        : 'The date is before that of the invoice, before 2018, or more than a year ahead: expected the day of the payment.';
    case 'AMOUNT_OUTLIER':
      if (!/^[+-]?\d+(\.\d{1,2}0*)?$/.test(value)) {
        return `The amount ${formOf(value, AMOUNT_FORMS, 'is no number')}: ${EXPECTED_AMOUNT}.`;
      }
      return template.recordType === 'payment'
        ? 'The amount is not above zero: expected what was paid.'
        : `The amount is not above zero, or not below ₹${(maxInvoicePaise / 100).toLocaleString('en-IN')}: expected that of one document.`;
    case 'INVALID_GSTIN':
      return 'The GSTIN has not the form of one: expected its 15 characters, or an empty field and a phone number.';
    case 'IDENTITY_UNRESOLVABLE':
      return column === 'retailer_phone'
        ? 'The phone is no Indian mobile number and there is no GSTIN: expected ten digits that begin with 6 to 9.'
        : 'There is neither GSTIN nor phone: expected one of both.';
    case 'IDENTITY_AMBIGUOUS':
      return 'The phone stands for more than one retailer, or is the distributor’s own: expected the retailer’s.';
    case 'DOCUMENT_TOO_LARGE':
      return 'The id stands on more than 1,000 rows: expected one row for each invoice that is settled.';
    default:
      return `The row breaks the rule ${code}.`;
  }
}

/** `=SUM(A1)`, `@SUM(1)`, `+cmd|…`, and what is left of a formula that failed. */
const FORMULA = /^[=@]|^[+-](?![\d\s.])|^#(REF!|VALUE!|N\/A|NAME\?|DIV\/0!|NULL!|NUM!)$/;
export const isFormula = (value: string): boolean => FORMULA.test(value);

const MAX_ID = 200;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNUSABLE_ID = /[\u0000-\u001f\u007f-\u009f\ufffd"]/;

/** What is wrong with an id, null where it can be used. */
export function faultOfId(id: string): string | null {
  if (id === '') return 'The id is empty: expected the number of the document.';
  if (id.length > MAX_ID) return `The id is longer than ${MAX_ID} characters: expected the number of the document.`;
  if (UNUSABLE_ID.test(id))
    return 'The id holds unreadable characters or quotation marks: expected letters, digits and signs.';
  if (/^\d(\.\d+)?E\+\d+$/i.test(id)) {
    return 'The id was rounded by a spreadsheet (such as 1.23E+14): expected it as text, with all its digits.';
  }
  return null;
}
