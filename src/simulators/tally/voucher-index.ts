import type { Voucher } from './model.js';

export const INDEXED = ['VOUCHERNUMBER', 'REFERENCE'] as const;
export type IndexedField = (typeof INDEXED)[number];

/** Vouchers by what people look for, so that each of ten thousand imports can be read back without a walk through the book. */
export class VoucherIndex {
  readonly #found = new Map<string, Set<Voucher>>();

  constructor(vouchers: Iterable<Voucher>) {
    for (const voucher of vouchers) this.add(voucher);
  }

  add(voucher: Voucher): void {
    for (const field of INDEXED) {
      const key = keyOf(field, textOf(voucher, field));
      const known = this.#found.get(key);
      if (known) known.add(voucher);
      else this.#found.set(key, new Set([voucher]));
    }
  }

  /** Before the voucher changes: it is found by what it holds. */
  remove(voucher: Voucher): void {
    for (const field of INDEXED) this.#found.get(keyOf(field, textOf(voucher, field)))?.delete(voucher);
  }

  find(field: IndexedField, text: string): Iterable<Voucher> {
    return this.#found.get(keyOf(field, text)) ?? [];
  }
}

const textOf = (voucher: Voucher, field: IndexedField): string =>
  field === 'VOUCHERNUMBER' ? voucher.number : (voucher.reference ?? '');
const keyOf = (field: IndexedField, text: string): string => `${field} ${text.toLowerCase()}`;
