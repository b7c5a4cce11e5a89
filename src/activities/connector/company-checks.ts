import { SourceMisconfigured } from '../../sources/errors.js';

/** Name of the mark of the rules among the counters (see `rulesMark`). */
export const RULES = 'rules';
/** Of a source that reads several companies (see `Probe`). */
const COMPANIES_JOINED_BY = '+';

/**
 * The books pinned at the connection test stay what is read. A company that the distributor's own YAML adds after them, as
 * when the books were split at the year's end, is read beside them; one before them would give debtors other keys.
 */
export function pinned(expected: string | null, found: string): void {
  if (expected === null) return;
  const companies = found.split(COMPANIES_JOINED_BY);
  if (expected.split(COMPANIES_JOINED_BY).every((id, index) => companies[index] === id)) return;
  throw new SourceMisconfigured(
    `COMPANY_REPLACED: the ERP now holds the books ${found} under the configured name; ${expected} were tested and pinned. Ask Ops before going on.`,
  );
}

/** Books that are older than when they were last read were restored from a backup: only a person can say what now. */
export function notRewound(
  known: Record<string, number> | null,
  found: Record<string, number>,
  mayFall: readonly string[] = [],
): void {
  // Of split books each company has counters of its own, named after it.
  const gone = Object.keys(known ?? {}).find((name) => name.includes('/') && found[name] === undefined);
  if (gone !== undefined) {
    throw new SourceMisconfigured(
      `COMPANY_REPLACED: the ERP no longer shows the counter ${gone}; the company it belongs to was read before. Ask Ops before going on.`,
    );
  }
  const fallen = Object.entries(known ?? {}).find(
    ([name, value]) => name !== RULES && !mayFall.includes(name) && (found[name] ?? value) < value,
  );
  if (!fallen) return;
  const [name, value] = fallen;
  throw new SourceMisconfigured(
    `COMPANY_REWOUND: the ERP's counter of ${name} stands at ${found[name]}, and stood at ${value} when it was last read, as after restoring a backup. Ask Ops before going on.`,
  );
}
