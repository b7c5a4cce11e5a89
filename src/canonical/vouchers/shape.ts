import type { z } from 'zod';
import { expectedOf, labelOf } from './fields.js';
import { VoucherInput } from './input.js';

/** A fault of one field, before it is known whose voucher it is. */
export interface FieldFault {
  path: string;
  message: string;
}

interface Shaped {
  /** Null where nothing of it can be looked at. */
  input: VoucherInput | null;
  faults: FieldFault[];
}

/**
 * A voucher as it was handed in, held against the schema. What does not fit is named and replaced by something harmless, so
 * that all other fields can be looked at too: with faults, the input is good for nothing else.
 */
export function shapeOf(handedIn: unknown): Shaped {
  const parsed = VoucherInput.safeParse(handedIn);
  if (parsed.success) return { input: parsed.data, faults: [] };
  const { issues } = parsed.error;
  const faults = issues.map((issue) => ({ path: issue.path.join('.'), message: sentenceOf(issue, handedIn) }));
  const repaired = VoucherInput.safeParse(withPlaceholders(handedIn, issues));
  return { input: repaired.data ?? null, faults };
}

function sentenceOf(issue: z.core.$ZodIssue, handedIn: unknown): string {
  const path = issue.path.join('.');
  if (issue.code === 'unrecognized_keys') {
    return `${labelOf(path)} has a field that vouchers do not have: expected only those of the documentation.`;
  }
  return `${labelOf(path)} ${stateOf(issue, valueAt(handedIn, issue.path))}: expected ${expectedOf(path)}.`;
}

function stateOf({ code, path }: z.core.$ZodIssue, value: unknown): string {
  if (value === undefined || value === null) return 'is missing';
  if ((typeof value === 'string' && value.trim() === '') || (Array.isArray(value) && value.length === 0))
    return 'is empty';
  if (code === 'too_big') return typeof value === 'number' ? 'is too large' : 'is too long';
  return path.at(-1) === 'date' ? 'is no day written YYYY-MM-DD' : 'cannot be understood';
}

const valueAt = (whole: unknown, path: PropertyKey[]): unknown =>
  path.reduce<unknown>((value, key) => (value as Record<PropertyKey, unknown> | null | undefined)?.[key], whole);

const PLACEHOLDERS: Readonly<Record<string, unknown>> = {
  kind: 'purchase',
  date: '2000-01-01',
  place_of_supply: '27',
  invoice_value: '0',
  taxable_value: '0',
};
const OPTIONAL = new Set([
  ...['reference', 'narration', 'party_gstin', 'party_state', 'reverse_charge', 'tax_treatment', 'credit_days'],
  ...['round_off', 'stock_item', 'hsn', 'quantity', 'unit', 'rate', 'godown', 'cgst', 'sgst', 'igst'],
]);

function withPlaceholders(handedIn: unknown, issues: z.core.$ZodIssue[]): unknown {
  const copy = structuredClone(handedIn);
  for (const issue of issues) {
    const holder = valueAt(copy, issue.code === 'unrecognized_keys' ? issue.path : issue.path.slice(0, -1));
    if (typeof holder !== 'object' || holder === null) continue;
    const fields = holder as Record<PropertyKey, unknown>;
    const key = issue.path.at(-1);
    if (issue.code === 'unrecognized_keys') for (const unknown of issue.keys) delete fields[unknown];
    else if (OPTIONAL.has(String(key))) delete fields[key!];
    else if (key !== undefined) fields[key] = PLACEHOLDERS[String(key)] ?? '-';
  }
  return copy;
}
