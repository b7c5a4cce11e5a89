import { asyncLocalStorage, type Context } from '@temporalio/activity';
import { DateTime } from 'luxon';
import type { ConnectorDesk } from '../../src/activities/connector/desk.js';
import { HeldWindows } from '../../src/activities/connector/held-windows.js';
import { sharedTasks } from '../../src/activities/connector/shared-tasks.js';
import type { SharedConnectorTasks, WindowConnectorTasks } from '../../src/activities/connector/tasks.js';
import { windowTasks } from '../../src/activities/connector/window-tasks.js';
import type { StandingRequest, Watermark } from '../../src/canonical/contract.js';
import { DEFAULT_MAX_INVOICE_PAISE } from '../../src/canonical/rules.js';
import { epochOf, startingPoint } from '../../src/canonical/watermark.js';
import { windowsOf } from '../../src/canonical/window.js';
import { startTallySimulator, type TallySimulator } from '../../src/simulators/tally/index.js';
import { IncompleteAnswer } from '../../src/sources/errors.js';
import { createTallySource } from '../../src/sources/tally/tally-source.js';
import { tallyOfRecords } from '../sources/tally/tally-of-records.js';
import { type Books, booksOf } from '../support/books.js';
import type { Distributor } from './play.js';
import { StoreModel } from './store-model.js';

const DISTRIBUTOR = 'dist_alone0001';
const ZONE = 'Asia/Kolkata';
const LOOKBACK_DAYS = 7;
/** As the policy of `extract` has it. */
const TRIES = 4;

/**
 * The connector's own reading, rules and comparison, in this process, against a simulated Tally; the platform is a map. What
 * the workflows and the store do is told in a few lines, so that thousands of stories can be played.
 */
export class ConnectorAlone implements Distributor {
  private store = new StoreModel();
  /** What `distributorSync` remembers. */
  private own: Watermark;
  private desk!: ConnectorDesk;
  private tasks!: { shared: SharedConnectorTasks; windows: WindowConnectorTasks };
  private syncs = 0;

  private constructor(
    readonly simulator: TallySimulator,
    private readonly atFirst: { restoreBooks: () => void; store: StoreModel; watermark: Watermark },
  ) {
    this.own = atFirst.watermark;
  }

  static async start(seed: number): Promise<ConnectorAlone> {
    const simulator = await startTallySimulator({ seed, months: 4, vouchers: 150, debtors: 20 });
    const watermark = { last_sync_at: DateTime.utc().minus({ months: 5 }).toISO(), counters: {}, epoch: 0 };
    const atFirst = { restoreBooks: simulator.backUp(), store: new StoreModel(), watermark };
    const alone = new ConnectorAlone(simulator, atFirst);
    await alone.reset();
    const outcome = await alone.sync();
    if (outcome !== 'success') throw new Error(`the first sync ended ${outcome}`);
    Object.assign(atFirst, { store: alone.store.copy(), watermark: alone.own });
    return alone;
  }

  close(): Promise<void> {
    return this.simulator.close();
  }

  async reset(): Promise<void> {
    this.simulator.clearFaults();
    this.atFirst.restoreBooks();
    this.store = this.atFirst.store.copy();
    this.own = this.atFirst.watermark;
    this.startConnector();
  }

  async sync(): Promise<string> {
    for (let tries = 1; ; tries += 1) {
      try {
        return await this.run();
      } catch (error) {
        if (!(error instanceof IncompleteAnswer) || tries === TRIES)
          return error instanceof Error ? `${error.name}: ${error.message}` : 'failed';
      }
    }
  }

  async tellRestored(): Promise<void> {
    const epoch = epochOf(this.store.watermark ?? this.own) + 1;
    this.own = { last_sync_at: this.own.last_sync_at, counters: {}, epoch };
    this.store.watermark = this.own;
  }

  async dumpStore(): Promise<() => Promise<void>> {
    const dump = this.store.copy();
    return async () => {
      this.store = dump.copy();
    };
  }

  async befall(): Promise<void> {
    this.startConnector();
  }

  async calm(): Promise<void> {
    this.simulator.clearFaults();
  }

  async bronze(): Promise<Books> {
    const { byType, pendingPayments, acceptedByParty } = tallyOfRecords(this.store.standing());
    return booksOf(byType, pendingPayments, acceptedByParty);
  }

  /** Whether records of the voucher stand. */
  holds(guid: string): boolean {
    return this.store.standing().some(({ source_key }) => source_key.includes(`/${guid}#`));
  }

  private startConnector(): void {
    const { url, book } = this.simulator;
    const today = (): string => DateTime.now().setZone(ZONE).toISODate()!;
    this.desk = {
      settings: { distributorId: DISTRIBUTOR, sync: { maxRecordsPerBatch: 1_000, maxDocumentsInMemory: 100_000 } },
      source: createTallySource({ port: Number(new URL(url).port), companyName: book.company.name }),
      platform: {
        known: async ({ documents }: { documents: Parameters<StoreModel['known']>[0] }) => ({
          verdicts: this.store.known(documents),
        }),
        standing: async (asked: StandingRequest) => ({ documents: this.store.keysAndVersions(asked), next: null }),
      },
      quarantineLog: { append: async () => null },
      held: new HeldWindows(() => undefined),
      processQueue: 'alone',
      rulesMark: 1,
      rules: () => ({
        distributorId: DISTRIBUTOR,
        today: today(),
        maxInvoicePaise: DEFAULT_MAX_INVOICE_PAISE,
        gstinForms: 'ordinary',
        digestKey: Buffer.alloc(32, 1),
      }),
    } as unknown as ConnectorDesk;
    this.tasks = { shared: sharedTasks(this.desk), windows: windowTasks(this.desk) };
  }

  /** `distributorSync` and `syncRun` in their essence: look, read one window, publish it whole. */
  private async run(): Promise<string> {
    const { shared, windows } = this.tasks;
    this.own = startingPoint(this.own, this.store.watermark);
    const { counters: changedSince, last_sync_at: since } = this.own;
    const now = DateTime.utc();
    const day = (time: DateTime): string => time.setZone(ZONE).toISODate()!;
    const period = { from: day(DateTime.fromISO(since).minus({ days: LOOKBACK_DAYS })), to: day(now) };
    this.syncs += 1;
    const syncId = `syn_alone_${this.syncs}`;
    return await asyncLocalStorage.run({ cancellationSignal: new AbortController().signal } as Context, async () => {
      const look = {
        distributorId: DISTRIBUTOR,
        companyId: this.simulator.book.company.guid,
        knownCounters: changedSince,
      };
      const probe = await shared.probe({ ...look, period, by: 'whole' });
      const epoch = epochOf(this.own);
      const watermark = { last_sync_at: now.toISO(), counters: probe.counters, epoch };
      if (Object.entries(probe.counters).every(([name, value]) => changedSince[name] === value)) return 'unchanged';
      const [window] = windowsOf(probe.windows, probe.booksFrom);
      const { distributorId, companyId } = look;
      await shared.extract({ distributorId, syncId, ...window!, companyId, changedSince, epoch });
      await windows.normalise({ distributorId: DISTRIBUTOR, syncId });
      const { batches } = this.desk.held.get(syncId);
      this.store.publish(batches.flatMap(({ documents }) => documents));
      await windows.release({ syncId });
      this.store.watermark = watermark;
      this.own = watermark;
      return 'success';
    });
  }
}
