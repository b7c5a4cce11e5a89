import { Context } from '@temporalio/activity';
import { addDays, monthsBetween } from '../../canonical/calendar.js';
import { addRecord, BooksOwed, type Figures, OPENING } from '../../canonical/figures.js';
import {
  type BalanceCheck,
  compareBalances,
  compareFigures,
  type MonthDifference,
  periodsOf,
} from '../../canonical/reconciliation.js';
import { judge, MAX_POST_DATED_DAYS } from '../../canonical/rules.js';
import type { Period } from '../../sources/source.js';
import { pinned } from './company-checks.js';
import type { ConnectorDesk } from './desk.js';
import type { CompareAnswer, CompareTask } from './tasks.js';

/** Months asked of the platform at once: some thousand parties a month stay well below what an answer may hold. */
const MONTHS_AT_ONCE = 6;

/**
 * Adds up the ERP's books as the rules take them and holds them against what the platform holds. Sums and parties stay
 * here: only counts and months are answered.
 */
export async function compareBooks(desk: ConnectorDesk, task: CompareTask): Promise<CompareAnswer> {
  const { source, settings, platform } = desk;
  const { cancellationSignal: signal } = Context.current();
  const rules = desk.rules();
  const { company, counters } = await source.probe();
  pinned(task.companyId, company.id);
  const masters = await source.masters();
  const [first] = source.plan(task.period, 'month');
  const from = first?.from ?? task.period.from;
  const reachesToday = task.period.to >= rules.today;
  // What is dated ahead is known today.
  const to = reachesToday ? addDays(rules.today, MAX_POST_DATED_DAYS) : task.period.to;
  const all = first ? monthsBetween(from, to) : [];
  const wanted = task.months === null ? all : all.filter((month) => task.months?.includes(month));
  const withOpening = task.months === null || task.months.includes(OPENING);

  const owed = new BooksOwed(rules.today);
  const differences: MonthDifference[] = [];
  let quarantined = 0;
  let rows = 0;
  for (let start = 0; start === 0 || start < wanted.length; start += MONTHS_AT_ONCE) {
    const months = wanted.slice(start, start + MONTHS_AT_ONCE);
    const opening = start === 0 && withOpening;
    const windows = windowsOf(months, { from, to });
    // Before the ERP is read: do its counters then stand where these stood, nothing has moved between the two.
    const held = await platform.figures({
      distributor_id: settings.distributorId,
      prefix: source.keyPrefix(masters),
      opening,
      from: windows[0]?.from ?? from,
      to: windows.at(-1)?.to ?? from,
    });
    const erp: Figures = new Map();
    const take = (document: ReturnType<typeof source.toCanonical>): void => {
      const judged = judge(document, rules);
      quarantined += judged.quarantined.length;
      for (const record of judged.document.records) addRecord(erp, record);
      owed.add(document);
    };
    if (opening) for (const document of source.openingDocuments(masters)) take(document);
    for (const window of windows)
      for await (const row of source.readFigures(window, signal)) {
        take(source.toCanonical(row, masters));
        rows += 1;
      }
    signal.throwIfAborted();
    const found = compareFigures(erp, figuresOf(held), opening ? [OPENING, ...months] : months);
    if (found.length === 0) continue;
    const settled = stoodStill(held.counters, (await source.probe()).counters);
    differences.push(...found.map((difference) => ({ ...difference, settled })));
  }

  return {
    months: wanted,
    rows,
    quarantined,
    differences,
    balances: task.months === null && reachesToday && from <= company.booksFrom ? await checkBalances() : null,
  };

  /** Null where the books moved meanwhile, or cannot be compared. */
  async function checkBalances(): Promise<BalanceCheck | null> {
    const closing = await source.closingBalances(masters, signal);
    if (closing === null || !stoodStill(counters, (await source.probe()).counters)) return null;
    return compareBalances(closing, owed.byParty);
  }
}

/** The months in a row, cut to the days of the whole. */
const windowsOf = (months: readonly string[], { from, to }: Period): Period[] =>
  periodsOf(months).map((period) => ({
    from: period.from < from ? from : period.from,
    to: period.to > to ? to : period.to,
  }));

const stoodStill = (then: Record<string, number> | null, now: Record<string, number>): boolean =>
  then !== null && Object.entries(now).every(([name, value]) => then[name] === value);

function figuresOf({ months }: Awaited<ReturnType<ConnectorDesk['platform']['figures']>>): Figures {
  return new Map(
    months.map(({ month, types, parties }) => [
      month,
      { types, parties: new Map(parties.map(({ party_key, paise }) => [party_key, paise])) },
    ]),
  );
}
