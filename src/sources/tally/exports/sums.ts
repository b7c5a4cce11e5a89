import type { DraftDocument } from '../../../canonical/drafts.js';
import { addRecord, type Figures, monthIn } from '../../../canonical/figures.js';
import { judge, type RuleSettings } from '../../../canonical/rules.js';
import type { ExportPart, Sums } from './manifest.js';

/** Adds documents up as the rules take them. */
export class Summing {
  readonly #figures: Figures = new Map();
  readonly #quarantined: Record<string, number> = {};
  readonly #ignored: Record<string, number> = {};
  #voids = 0;

  constructor(private readonly rules: RuleSettings) {}

  add(draft: DraftDocument): void {
    const { document, quarantined } = judge(draft, this.rules);
    for (const { code } of quarantined) bump(this.#quarantined, code);
    if (draft.ignored !== null) bump(this.#ignored, draft.ignored);
    if (draft.cancelled) this.#voids += 1;
    for (const record of document.records) addRecord(this.#figures, record);
  }

  sums(vouchers: number): Sums {
    return {
      months: [...this.#figures].sort().map(([month, { types }]) => ({ month, types })),
      vouchers,
      quarantined: this.#quarantined,
      ignored: this.#ignored,
      voids: this.#voids,
    };
  }
}

export function addedUp(parts: readonly ExportPart[]): Sums {
  const sum: Sums = { months: [], vouchers: 0, quarantined: {}, ignored: {}, voids: 0 };
  for (const { sums } of parts) {
    sum.vouchers += sums.vouchers;
    sum.voids += sums.voids;
    for (const name of ['quarantined', 'ignored'] as const)
      for (const [key, count] of Object.entries(sums[name])) bump(sum[name], key, count);
  }
  const figures = figuresOf(parts.flatMap(({ sums }) => sums.months));
  sum.months = [...figures].sort().map(([month, { types }]) => ({ month, types }));
  return sum;
}

/** Months as they are compared; parties are no part of an export's sums. */
export function figuresOf(months: Sums['months']): Figures {
  const figures: Figures = new Map();
  for (const { month, types } of months) {
    const into = monthIn(figures, month).types;
    for (const [type, { count, paise }] of Object.entries(types) as [keyof typeof into, typeof into.invoice][]) {
      into[type].count += count;
      into[type].paise += paise;
    }
  }
  return figures;
}

const bump = (counts: Record<string, number>, key: string, by = 1): void => {
  counts[key] = (counts[key] ?? 0) + by;
};
