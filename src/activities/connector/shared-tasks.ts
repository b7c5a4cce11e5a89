import { X509Certificate } from 'node:crypto';
import { Context } from '@temporalio/activity';
import { DateTime } from 'luxon';
import { addDays } from '../../canonical/calendar.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import { CAUSED_ELSEWHERE } from '../../canonical/quarantine.js';
import { MAX_POST_DATED_DAYS } from '../../canonical/rules.js';
import { sumOf } from '../../canonical/run-report.js';
import { splitWindow } from '../../canonical/window.js';
import { type HeldDocument, MAX_AHEAD_DAYS, type Period, type QuarantinedDocument } from '../../sources/source.js';
import { notRewound, pinned, RULES } from './company-checks.js';
import { compareBooks } from './compare.js';
import type { ConnectorDesk } from './desk.js';
import { WindowTooLarge } from './errors.js';
import { standing } from './standing.js';
import { CONNECTOR_PROTOCOL, type ConnectionReport, type SharedConnectorTasks } from './tasks.js';

const isOfMasters = (counter: string): boolean => counter.startsWith('masters');

/** The tasks any process of this distributor may take. */
export function sharedTasks(desk: ConnectorDesk): SharedConnectorTasks {
  const { source, settings, platform, held } = desk;
  let mastersRead: { asOf: string; masters: unknown } | null = null;

  /** Masters are read again only when the ERP's counters for them have moved, or its books were restored: it counts anew then. */
  const mastersAsOf = async (counters: Record<string, number>, epoch: number): Promise<unknown> => {
    const moving = Object.entries(counters).filter(([name]) => isOfMasters(name));
    const asOf = JSON.stringify([epoch, moving]);
    if (mastersRead?.asOf !== asOf || moving.length === 0) mastersRead = { asOf, masters: await source.masters() };
    return mastersRead.masters;
  };

  /** What the platform holds whose keys begin so, page by page. */
  async function* standingDocuments(prefix: string): AsyncIterable<HeldDocument> {
    for await (const { doc_key, version } of standing(platform, settings.distributorId, prefix, false))
      yield { docKey: doc_key, version };
  }

  /** The change counters, and the mark of the rules: what a delta starts from. */
  const withRules = (counters: Record<string, number>): Record<string, number> => ({
    ...counters,
    [RULES]: desk.rulesMark,
  });

  /**
   * Quarantined documents a delta reads again although Tally's counter says nothing of them: all of them once masters or
   * rules moved, else those whose cause may lie in another document that changed.
   */
  async function readAgain(
    since: Record<string, number>,
    until: Record<string, number>,
    masters: unknown,
    signal: AbortSignal,
  ): Promise<unknown[]> {
    const moved = Object.keys(until).filter((name) => since[name] !== until[name]);
    if (moved.length === 0) return [];
    const all = moved.some((name) => name === RULES || isOfMasters(name));
    const documents: QuarantinedDocument[] = [];
    const prefix = source.keyPrefix(masters);
    for await (const { doc_key, quarantined, day } of standing(platform, settings.distributorId, prefix, true)) {
      if (all || quarantined.some((code) => CAUSED_ELSEWHERE.includes(code)))
        documents.push({ docKey: doc_key, codes: quarantined, day });
    }
    const rows: unknown[] = [];
    if (documents.length > 0) for await (const row of source.readAgain(documents, masters, signal)) rows.push(row);
    return rows;
  }

  return {
    testConnection: () => testConnection(desk),

    async probe({ period, by, companyId, knownCounters }) {
      const { company, counters, reading } = await source.probe();
      pinned(companyId, company.id);
      notRewound(knownCounters, counters, source.mayFall);
      return {
        protocol: CONNECTOR_PROTOCOL,
        companyId: company.id,
        booksFrom: company.booksFrom,
        counters: withRules(counters),
        reading,
        windows: period === null ? [] : withPostDated(source.plan(period, by), desk.rules().today),
      };
    },

    async extract(task) {
      const { syncId, dated, changed, withdraw, companyId, withOpening, changedSince, epoch } = task;
      const before = { ...source.cost };
      const { company, counters } = await source.probe();
      pinned(companyId, company.id);
      notRewound(changedSince, counters, source.mayFall);
      const masters = await mastersAsOf(counters, epoch);
      const rows: unknown[] = [];
      let withdrawn: DraftDocument[] = [];
      const { cancellationSignal: signal } = Context.current();
      const maxDocuments = splitWindow(task) ? settings.sync.maxDocumentsInMemory : Infinity;
      const hold = async (read: AsyncIterable<unknown>): Promise<void> => {
        for await (const row of read) {
          if (rows.length === maxDocuments) throw new WindowTooLarge(maxDocuments);
          rows.push(row);
        }
      };
      if (changed && changedSince) await hold(source.readChanged(changed, changedSince, masters, signal));
      if (dated) await hold(source.read(dated, signal));
      if (withdraw) {
        const until = withRules(counters);
        // What an edit moved beyond every window, years ahead by a slip of the finger, has left it like what was deleted.
        const ahead = changedSince && dated && { from: addDays(dated.to, 1), to: addDays(dated.to, MAX_AHEAD_DAYS) };
        if (ahead) await hold(source.readChanged(ahead, changedSince, masters, signal));
        const days = [changed, dated, ahead].filter((some) => some !== null);
        // No splitting of the window makes these fewer.
        if (changedSince) rows.push(...(await readAgain(changedSince, until, masters, signal)));
        // A reading without counters to start from looks for all that the platform holds.
        const moved = { since: changedSince ?? {}, until, epoch };
        const standing = (): AsyncIterable<HeldDocument> => standingDocuments(source.keyPrefix(masters));
        withdrawn = await source.withdrawn(rows, moved, masters, standing, signal, days);
      }
      held.hold({
        syncId,
        period: (dated ?? changed)!,
        rows,
        withdrawn,
        masters,
        withOpening,
        changedSince,
        epoch,
        quarantined: {},
        batches: [],
      });
      return {
        queue: desk.processQueue,
        protocol: CONNECTOR_PROTOCOL,
        rows: rows.length,
        requests: source.cost.requests - before.requests,
        bytes: source.cost.bytes - before.bytes,
        longestRequestMs: source.cost.longestRequestMs,
      };
    },

    compare: (task) => compareBooks(desk, task),

    async publish(request) {
      const result = await platform.publish({ ...request, distributor_id: settings.distributorId });
      await desk.stateFile.update((state) => ({
        ...state,
        last_sync_at: request.watermark?.last_sync_at ?? state.last_sync_at,
        last_batch_id: desk.lastBatchId ?? state.last_batch_id,
        last_sync_status: 'success',
        records_sent_total: state.records_sent_total + sumOf(request.counts.records),
        backfill_complete: state.backfill_complete || request.watermark !== null,
      }));
      return result;
    },
  };
}

/** A window that reaches today also takes what is dated ahead: a post-dated cheque is known today and pending until its day. */
function withPostDated(windows: Period[], today: string): Period[] {
  const last = windows.at(-1);
  return last && last.to < today
    ? windows
    : last
      ? [...windows.slice(0, -1), { from: last.from, to: addDays(last.to, MAX_POST_DATED_DAYS) }]
      : [];
}

/** What `altscore-connector test` does, and step 6 of the onboarding: each link of the chain, one sentence each. */
export async function testConnection(desk: ConnectorDesk): Promise<ConnectionReport> {
  const checks: ConnectionReport['checks'] = [];
  let companyId: string | null = null;
  const check = async (name: string, work: () => Promise<string> | string): Promise<void> => {
    try {
      checks.push({ name, ok: true, detail: await work() });
    } catch (error) {
      checks.push({ name, ok: false, detail: error instanceof Error ? error.message : String(error) });
    }
  };

  await check('ERP', async () => {
    const { company, reading } = await desk.source.probe();
    companyId = company.id;
    return `Reachable; the configured company is open, books from ${company.booksFrom}, read by ${reading}.`;
  });
  await check('certificate', () => {
    const until = DateTime.fromJSDate(new Date(new X509Certificate(desk.secrets.clientCertificate).validTo));
    if (until < DateTime.now())
      throw new Error(`The client certificate expired on ${until.toISODate()}; ask AltScore Ops for a new one.`);
    return `Valid until ${until.toISODate()}.`;
  });
  await check('platform', async () => {
    const { checked } = await desk.platform.ping();
    return `TLS, ${checked.join(', ')} accepted.`;
  });
  await check('state file', async () => {
    await desk.stateFile.update((state) => state);
    return 'Writable.';
  });
  return { ok: checks.every(({ ok }) => ok), checks, companyId };
}
