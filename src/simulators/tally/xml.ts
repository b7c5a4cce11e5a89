import type { Day } from '../calendar.js';

/** Tally ends its lines so. */
export const EOL = '\r\n';

const SPECIAL = /[&<>"']/;
const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&apos;' };

/** Escapes what XML must have escaped, and leaves control characters as they are: Tally lets them through. */
export const escapeXml = (text: string): string =>
  SPECIAL.test(text) ? text.replace(/[&<>"']/g, (char) => ENTITIES[char]!) : text;

/** `-101.01`: rupees with two decimals. */
export function rupees(paise: number): string {
  const size = Math.abs(paise);
  const fraction = size % 100;
  return `${paise < 0 ? '-' : ''}${(size - fraction) / 100}.${fraction < 10 ? '0' : ''}${fraction}`;
}

export const yesNo = (value: boolean): string => (value ? 'Yes' : 'No');

/** JD and text of a credit period; empty for none. JD is the bill's day, or the day itself of a literal date. */
export function creditPeriod(credit: string, day: Day, literal: Day | null): string {
  if (!credit) return '<BILLCREDITPERIOD/>';
  return `<BILLCREDITPERIOD JD="${literal ?? day}" P="${credit}">${credit}</BILLCREDITPERIOD>`;
}
