/** Something that goes wrong with requests of some kinds, for a while. */
export interface Fault<Kind extends string, Target extends string> {
  kind: Kind;
  /** Only requests of these kinds; all by default. */
  on?: Target[];
  /** How many requests it strikes; for ever by default. */
  times?: number;
  /** Requests that pass before it strikes. */
  after?: number;
  amount?: number;
}

/** The faults that are switched on, each with the requests it has still to strike. */
export class Faults<Kind extends string, Target extends string> {
  #active: (Fault<Kind, Target> & { left: number; pass: number })[] = [];
  #released: (() => void)[] = [];

  /** Requests struck by `holding` wait until that fault is cleared. */
  constructor(readonly holding: Kind) {}

  set(fault: Fault<Kind, Target>): void {
    this.#active.push({ ...fault, left: fault.times ?? Number.POSITIVE_INFINITY, pass: fault.after ?? 0 });
  }

  /** Switches off all, or those of one kind, and lets go what waits. */
  clear(kind?: Kind): void {
    this.#active = kind ? this.#active.filter((fault) => fault.kind !== kind) : [];
    if (!kind || kind === this.holding) for (const release of this.#released.splice(0)) release();
  }

  list(): Fault<Kind, Target>[] {
    return this.#active.map(({ left: _left, pass: _pass, ...fault }) => fault as Fault<Kind, Target>);
  }

  /** The faults that strike this request; each counts it. */
  strike(target: Target): Map<Kind, number | undefined> {
    const struck = new Map<Kind, number | undefined>();
    for (const fault of this.#active) {
      if (fault.on && !fault.on.includes(target)) continue;
      if (fault.pass > 0) fault.pass -= 1;
      else if (fault.left > 0) {
        fault.left -= 1;
        struck.set(fault.kind, fault.amount);
      }
    }
    this.#active = this.#active.filter(({ left }) => left > 0);
    return struck;
  }

  /** Resolves when the fault that holds requests is cleared. */
  untilCleared(): Promise<void> {
    return new Promise((resolve) => this.#released.push(resolve));
  }
}
