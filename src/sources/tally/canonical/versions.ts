import type { Voucher } from '../voucher.js';

/** Which version of each voucher counts, should a file hold several: the newest, once. Vouchers without GUID all do. */
export class Versions {
  readonly #newest = new Map<string | number, number>();
  #seen = new Set<string | number>();
  /** GUID of the company with its hyphen, empty until a voucher shows it. */
  #prefix = '';
  #repeats = false;

  offer({ guid, alterId }: Voucher): void {
    if (guid === '') return;
    if (this.#prefix === '') this.#prefix = /^(.+-)[0-9a-f]{8}$/.exec(guid)?.[1] ?? '';
    const key = this.#key(guid);
    const newest = this.#newest.get(key);
    this.#repeats ||= newest !== undefined;
    if (newest === undefined || alterId > newest) this.#newest.set(key, alterId);
  }

  /** Before the file is read once more. */
  restart(): void {
    this.#seen = new Set();
  }

  isCurrent({ guid, alterId }: Voucher): boolean {
    if (!this.#repeats || guid === '') return true;
    const key = this.#key(guid);
    if (this.#newest.get(key) !== alterId || this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** GUIDs of one company differ in their last eight hexadecimal digits alone: a number takes far less room. */
  #key(guid: string): string | number {
    const { length } = this.#prefix;
    if (length === 0 || !guid.startsWith(this.#prefix)) return guid;
    const suffix = guid.slice(length);
    return /^[0-9a-f]{8}$/.test(suffix) ? Number.parseInt(suffix, 16) : guid;
  }
}
