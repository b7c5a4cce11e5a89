import { isIsoDate } from '../../../canonical/calendar.js';
import type { ColumnType, StreamSchema } from '../../../canonical/stream-schema.js';
import { isoFromTally } from '../../tally/dates.js';

type Form = StreamSchema['form'];
type ValueType = Exclude<ColumnType, 'empty'>;
/** What is asked of a column. Names and numbers of documents are text whatever is in them: after bills 1 and 2 may come A-3. */
export type Asked = 'date' | 'amount' | 'text';

/** More digits than any amount has are the number of something. */
const INTEGER = /^[+-]?\d{1,15}$/;
const DECIMAL = /^[+-]?\d{1,15}\.\d+$/;
const TALLY_DATE = /^\d{8}$|^\d{1,2}[- ][a-z]{3}[- ]\d{2,4}$/i;

/** What a value looks like; '' looks like nothing. */
export function typeOf(value: string, form: Form): ColumnType {
  if (value === '') return 'empty';
  if (isDate(value, form)) return 'date';
  if (INTEGER.test(value)) return 'integer';
  return DECIMAL.test(value) ? 'decimal' : 'text';
}

/** The templates ask for ISO; Tally's own form would else be a number. */
const isDate = (value: string, form: Form): boolean =>
  form === 'csv' ? isIsoDate(value) : TALLY_DATE.test(value) && isoFromTally(value) !== null;

/** Whether whatever is of one type is of the other, too. */
export const isWithin = (type: ColumnType, other: ColumnType): boolean =>
  type === other || type === 'empty' || other === 'text' || (type === 'integer' && other === 'decimal');

/** Whether a column of one type may become one of the other without being read otherwise than before. */
export const mayBecome = (from: ColumnType, to: ColumnType): boolean =>
  isWithin(to, from) || from === 'empty' || (from === 'integer' && to === 'decimal');

/** The narrowest type that holds both. */
export function joined(one: ColumnType, other: ColumnType): ColumnType {
  if (isWithin(one, other)) return other;
  return isWithin(other, one) ? one : 'text';
}

/** Of fewer values nothing bad is said of a column. */
const ENOUGH_VALUES = 5;

/**
 * Values of a column, counted by what they look like. A column is what most of its values are: a typing error is its
 * row's fault, which the rules find.
 */
export class ColumnCount {
  #missing = false;
  readonly #values: Record<ValueType, number> = { integer: 0, decimal: 0, date: 0, text: 0 };

  constructor(
    private readonly form: Form,
    private readonly asked: Asked,
  ) {}

  take(value: string): void {
    const type = this.asked === 'text' && value !== '' ? 'text' : typeOf(value, this.form);
    if (type === 'empty') this.#missing = true;
    else this.#values[type] += 1;
  }

  get nullable(): boolean {
    return this.#missing;
  }

  get type(): ColumnType {
    const { integer, decimal, date, text } = this.#values;
    const all = integer + decimal + date + text;
    if (all === 0) return 'empty';
    const most = this.#most(all);
    const isAsked = most === this.asked || (this.asked === 'amount' && (most === 'integer' || most === 'decimal'));
    return isAsked || all >= ENOUGH_VALUES ? most : 'empty';
  }

  #most(all: number): ColumnType {
    const { integer, decimal, date } = this.#values;
    if (date * 2 > all) return 'date';
    if ((integer + decimal) * 2 > all) return decimal > 0 ? 'decimal' : 'integer';
    return 'text';
  }
}
