import { hash, randomBytes } from 'node:crypto';

export interface Claim {
  id: string;
  /** To whom and to which year the id belongs: with another one it is reused. */
  holder: string;
  /** The rest of what the row says. */
  content: string;
  line: number;
}
/** `same`: the row again. `repeated`: same holder, other content. `reused`: another holder. */
export interface ClaimAnswer {
  verdict: 'new' | 'same' | 'repeated' | 'reused';
  /** Where the id stood first. */
  line: number;
}

/** Words a slot: two of the id's fingerprint, one each of holder and content, the line. */
const SLOT = 5;
const FIRST_SLOTS = 1 << 12;
const MAX_LOAD = 0.75;

/**
 * Remembers every id of a file in some 40 bytes, whatever its length: fingerprints in one table. Two of three million
 * ids share a fingerprint once in four million files. Given a number, it remembers so many of the last ids at least, and twice as many at most.
 */
export class IdRegister {
  readonly #salt = randomBytes(16).toString('hex');
  #table = new Uint32Array(FIRST_SLOTS * SLOT);
  #before = new Uint32Array(SLOT);
  #count = 0;

  constructor(private readonly atMost = Number.POSITIVE_INFINITY) {}

  claim({ id, holder, content, line }: Claim): ClaimAnswer {
    const [high, low] = this.#fingerprint(id);
    const [holderWord, contentWord] = [wordOf(holder), wordOf(content)];
    const entry = this.#entry(this.#table, high, low) ?? this.#entry(this.#before, high, low);
    if (entry === null) {
      if (this.#count >= this.atMost) this.#turn();
      this.#table.set([high, low, holderWord, contentWord, line], this.#find(this.#table, high, low));
      this.#count += 1;
      if (this.#count > slotsOf(this.#table) * MAX_LOAD) this.#grow();
      return { verdict: 'new', line };
    }
    const firstLine = entry[4]!;
    if (entry[2] !== holderWord) return { verdict: 'reused', line: firstLine };
    return { verdict: entry[3] === contentWord ? 'same' : 'repeated', line: firstLine };
  }

  /** Cannot be aimed at: two ids that share it would count as one. */
  #fingerprint(id: string): [high: number, low: number] {
    // As text of bytes: a buffer a row would burden memory far more than the row does.
    const digest = hash('sha1', this.#salt + id, 'binary');
    return [wordAt(digest, 0), wordAt(digest, 4)];
  }

  #entry(table: Uint32Array, high: number, low: number): Uint32Array | null {
    const at = this.#find(table, high, low);
    // A line of 0 marks a free slot.
    return table[at + 4] === 0 ? null : table.subarray(at, at + SLOT);
  }

  /** The slot of a fingerprint, or the free one where it belongs. */
  #find(table: Uint32Array, high: number, low: number): number {
    const slots = slotsOf(table);
    for (let slot = high % slots; ; slot = (slot + 1) % slots) {
      const at = slot * SLOT;
      if (table[at + 4] === 0 || (table[at] === high && table[at + 1] === low)) return at;
    }
  }

  /** The last ids of all are still among those before. */
  #turn(): void {
    this.#before = this.#table;
    this.#table = new Uint32Array(this.#before.length);
    this.#count = 0;
  }

  #grow(): void {
    const table = new Uint32Array(this.#table.length * 2);
    for (let at = 0; at < this.#table.length; at += SLOT) {
      if (this.#table[at + 4] === 0) continue;
      const entry = this.#table.subarray(at, at + SLOT);
      table.set(entry, this.#find(table, entry[0]!, entry[1]!));
    }
    this.#table = table;
  }
}

const slotsOf = (table: Uint32Array): number => table.length / SLOT;

const wordAt = (bytes: string, at: number): number =>
  (bytes.charCodeAt(at) |
    (bytes.charCodeAt(at + 1) << 8) |
    (bytes.charCodeAt(at + 2) << 16) |
    (bytes.charCodeAt(at + 3) << 24)) >>>
  0;

/** FNV-1a: quick, and enough where two texts of one id are told apart. */
function wordOf(text: string): number {
  let word = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) word = Math.imul(word ^ text.charCodeAt(at), 0x01000193);
  return word >>> 0;
}
