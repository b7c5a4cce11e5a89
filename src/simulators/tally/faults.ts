import type { RequestKind } from './request.js';

/** What can be made to go wrong. Numbers in brackets are the meaning of `amount`. */
export const FAULT_KINDS = [
  /** The connection is closed without an answer. */
  'refuse',
  /** A dialog waits for a human: the request, and all after it, hang until the fault is cleared. */
  'modal',
  /** The answer comes late (milliseconds; 1,000 by default). */
  'slow',
  /** The answer stops in the middle of a tag, as if complete (bytes; 2,000 by default). */
  'cut',
  /** Well-formed, STATUS 1, but the last vouchers are missing (how many; 1 by default). */
  'fewer_vouchers',
  'html',
  'empty_body',
  /** UTF-16LE where another encoding was asked for, and the other way round. */
  'wrong_encoding',
  'counterless',
  'entity_bomb',
  /** Bill fields that are named one by one come back blank, and On Account. */
  'curated_bills_blank',
  'zero_rows',
  /** No company is open. */
  'company_closed',
  /** Another company of the same name was put in its place. */
  'guid_changed',
  /** A backup was restored: the counters fell (by how much; half by default). */
  'counters_fallen',
  /** Voucher collections are refused as unknown, reports are not. */
  'collection_refused',
  /** Somebody books a sale just before the answer. */
  'voucher_added',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export interface Fault {
  kind: FaultKind;
  /** Only requests of these kinds; all by default. */
  on?: RequestKind[];
  /** How many requests it strikes; for ever by default. */
  times?: number;
  /** Requests that pass before it strikes. */
  after?: number;
  amount?: number;
}

/** The faults that are switched on, each with the requests it has still to strike. */
export class Faults {
  #active: (Fault & { left: number; pass: number })[] = [];
  #released: (() => void)[] = [];

  set(fault: Fault): void {
    this.#active.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY, pass: fault.after ?? 0 });
  }

  /** Switches off all, or those of one kind, and dismisses a dialog that waits. */
  clear(kind?: FaultKind): void {
    this.#active = kind ? this.#active.filter((fault) => fault.kind !== kind) : [];
    if (!kind || kind === 'modal') for (const release of this.#released.splice(0)) release();
  }

  list(): Fault[] {
    return this.#active.map(({ left: _left, pass: _pass, ...fault }) => fault);
  }

  /** The faults that strike this request; each counts it. */
  strike(kind: RequestKind): Map<FaultKind, number | undefined> {
    const struck = new Map<FaultKind, number | undefined>();
    for (const fault of this.#active) {
      if (fault.on && !fault.on.includes(kind)) continue;
      if (fault.pass > 0) fault.pass -= 1;
      else if (fault.left > 0) {
        fault.left -= 1;
        struck.set(fault.kind, fault.amount);
      }
    }
    this.#active = this.#active.filter(({ left }) => left > 0);
    return struck;
  }

  /** Waits until a human, or `clear`, dismisses the dialog. */
  dialog(): Promise<void> {
    return new Promise((resolve) => this.#released.push(resolve));
  }
}
