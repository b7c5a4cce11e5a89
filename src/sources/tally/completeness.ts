import { IncompleteAnswer } from '../errors.js';
import type { Period } from '../source.js';
import { isoFromTally } from './dates.js';
import type { Voucher } from './voucher.js';

/** GUID → ALTERID of the vouchers Tally counted in some days. Optional ones apart: reports leave them out. */
export interface Census {
  regular: Map<string, number>;
  optional: Map<string, number>;
}

export function censusOf(vouchers: Iterable<Voucher>): Census {
  const census: Census = { regular: new Map(), optional: new Map() };
  for (const { guid, alterId, optional } of vouchers) (optional ? census.optional : census.regular).set(guid, alterId);
  return census;
}

/**
 * An answer that was cut short looks complete, so what came is held against a census asked before it: every voucher of
 * the census must be there, in that version or a newer one. Throws IncompleteAnswer; names no voucher.
 */
export function assertComplete(vouchers: Voucher[], census: Census, span: Period, withOptional: boolean): void {
  const read = new Map(vouchers.map(({ guid, alterId }) => [guid, alterId]));
  if (read.size !== vouchers.length) throw incomplete(span, 'the same voucher twice', 'each once');
  const counted = withOptional ? [...census.regular, ...census.optional] : [...census.regular];
  const missing = counted.filter(([guid, alterId]) => (read.get(guid) ?? -1) < alterId).length;
  if (missing > 0) {
    throw incomplete(
      span,
      `${counted.length - missing} of ${counted.length} vouchers`,
      'every voucher its own count holds',
    );
  }
}

/**
 * Every voucher that bears a number of the counter between `since` and `until` was read; one that was not is missing from an
 * answer, and from the census before it, that were both cut short. Throws IncompleteAnswer; names no voucher.
 */
export function assertAllRead(
  counted: Voucher[],
  read: ReadonlySet<string>,
  { since, until }: { since: number; until: number },
  withOptional: boolean,
): void {
  const unread = counted.some(
    ({ guid, alterId, optional }) =>
      alterId > since && alterId <= until && !read.has(guid) && (withOptional || !optional),
  );
  if (unread) {
    throw new IncompleteAnswer(
      'Tally counted a changed voucher that it had not shown: expected every change among the vouchers of its day.',
    );
  }
}

/** Every voucher has a GUID, for nothing else tells vouchers apart for ever. */
export function assertIdentified(vouchers: Voucher[], span: Period): void {
  if (vouchers.some(({ guid }) => guid === '')) throw incomplete(span, 'vouchers without GUID', 'a GUID on each');
}

export const isWithin = ({ date }: Voucher, span: Period): boolean => {
  const day = isoFromTally(date);
  return day !== null && day >= span.from && day <= span.to;
};

/** Untyped or ignored dates bring the vouchers of another period, which is how a wrong year once looked right. */
export function assertWithin(vouchers: Voucher[], span: Period): void {
  if (!vouchers.every((voucher) => isWithin(voucher, span))) {
    throw incomplete(span, 'vouchers of other days', 'only these days');
  }
}

const incomplete = ({ from, to }: Period, got: string, expected: string): IncompleteAnswer =>
  new IncompleteAnswer(`Tally answered for ${from} to ${to} with ${got}: expected ${expected}.`);
