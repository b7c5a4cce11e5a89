import type { Client } from '@temporalio/client';
import pino from 'pino';
import type { AdminApi } from '../../src/activities/platform/admin-api.js';
import { platformTasks } from '../../src/activities/platform/platform-tasks.js';
import type { StartSyncTask } from '../../src/activities/platform/tasks.js';
import type { IdentityVault } from '../../src/ops/identity-vault.js';
import { setWatermarkUpdate } from '../../src/workflows/messages.js';
import type { SyncState } from '../../src/workflows/sync-state.js';
import { type Books, booksInBronze, booksOf } from '../support/books.js';
import { skippingTime } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { World } from '../support/world.js';
import type { Distributor } from './play.js';
import type { Trouble } from './steps.js';

const WITHIN = { timeoutMs: 120_000, everyMs: 30 };

/** The product as it runs, and a distributor whose sync skips the waits of its retries. */
export class WholeProduct implements Distributor {
  private readonly skipping: Client;
  private broken = new Set<Trouble>();
  private restoreBooks!: () => void;
  private restoreStore!: () => Promise<void>;
  private task!: StartSyncTask;
  private mastersCounter = 0;

  private constructor(
    private readonly world: World,
    private readonly distributorId: string,
  ) {
    this.skipping = skippingTime(world.temporal);
  }

  static async start(seed: number): Promise<WholeProduct> {
    const world = await World.start({ seed, months: 4, vouchers: 150, debtors: 20 });
    try {
      const onboarding = await world.onboard('consentCompleted');
      const { distributorId } = await onboarding.handle.result();
      const product = new WholeProduct(world, distributorId!);
      const schedule = world.client.schedule.getHandle(`sync/${distributorId}`);
      const { action } = await schedule.describe();
      product.task = (action.args as [StartSyncTask])[0];
      await schedule.delete();
      product.restoreBooks = world.simulator.backUp();
      product.restoreStore = await product.dumpStore();
      product.mastersCounter = world.simulator.book.lastMasterAlterId;
      return product;
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  get simulator() {
    return this.world.simulator;
  }

  close(): Promise<void> {
    return this.world.close();
  }

  async reset(): Promise<void> {
    await this.calm();
    await this.endSync();
    // The connector remembers masters by their counter, which in other books stands for others.
    if (this.simulator.book.lastMasterAlterId !== this.mastersCounter) await this.befall('the connector is killed');
    this.restoreBooks();
    await this.restoreStore();
    await this.calm();
  }

  async sync(): Promise<string> {
    const before = (await this.state())?.last?.runId;
    await this.wake();
    if (this.broken.has('the worker is killed')) await this.mend('the worker is killed');
    const last = await waitFor(
      'a delta',
      async () => {
        const last = (await this.state())?.last;
        return last && last.runId !== before ? last : null;
      },
      WITHIN,
    );
    await this.calm();
    // What could not reach the premises is owed, and made up by itself.
    if (last.outcome === 'missed' || last.outcome === 'offline')
      await waitFor('the owed run', async () => (await this.state())?.owedSince === null, WITHIN);
    return last.reason === null ? last.outcome : `${last.outcome} (${last.reason})`;
  }

  async tellRestored(): Promise<void> {
    await this.calm();
    await this.wake();
    const before = await waitFor('the sync at rest', () => this.state(), WITHIN);
    await this.handle.executeUpdate(setWatermarkUpdate, {
      args: [{ by: 'Ops', reason: 'restored', lastSyncAt: before.watermark.last_sync_at, restored: true }],
    });
    await this.rest();
  }

  async dumpStore(): Promise<() => Promise<void>> {
    return await this.world.database.dump();
  }

  async befall(trouble: Trouble): Promise<void> {
    const { programs, simulator, database } = this.world;
    this.broken.add(trouble);
    switch (trouble) {
      case 'the API answers 5xx':
        await database.pool.query('alter table if exists documents rename to documents_elsewhere');
        break;
      case 'the ERP is off':
        await simulator.goOffline();
        break;
      case 'the connector is killed':
        await programs.connector!.end('SIGKILL');
        break;
      case 'the API is killed':
        await programs.api!.end('SIGKILL');
        break;
      case 'the worker is killed':
        await programs.worker!.end('SIGKILL');
        break;
      case 'the sync is lost':
        await this.endSync();
        break;
    }
  }

  async calm(): Promise<void> {
    this.simulator.clearFaults();
    for (const trouble of [...this.broken]) await this.mend(trouble);
    // A dump may hold what was broken when it was taken.
    await this.world.database.pool.query('alter table if exists documents_elsewhere rename to documents');
  }

  /** With the payments that wait for their quarantined invoice, which the books know nothing of. */
  async bronze(): Promise<Books> {
    const books = await booksInBronze(this.world, this.distributorId);
    const { rows } = await this.world.database.pool.query(
      `select w.party_key, to_char(w.paid_date, 'YYYY-MM') as month, p.status, (p.amount_paid_inr * 100)::bigint as paise
       from waiting_payments w join bronze_payments p using (document_id, source_key) where w.distributor_id = $1`,
      [this.distributorId],
    );
    const { payments, pendingPayments, balances } = books;
    for (const { party_key, month, status, paise } of rows) {
      payments.byMonth[month] ??= { count: 0, paise: 0 };
      for (const sum of [payments, payments.byMonth[month], ...(status === 'pending' ? [pendingPayments] : [])]) {
        sum.count += 1;
        sum.paise += Number(paise);
      }
      if (status !== 'pending') balances[party_key] = (balances[party_key] ?? 0) - Number(paise);
    }
    return booksOf(books, pendingPayments, balances);
  }

  private async mend(trouble: Trouble): Promise<void> {
    this.broken.delete(trouble);
    if (trouble === 'the ERP is off') await this.simulator.goOnline();
    if (trouble === 'the connector is killed') await this.world.startConnector();
    if (trouble === 'the API is killed') await this.world.startApi();
    if (trouble === 'the worker is killed') await this.world.startWorker();
  }

  private get handle() {
    return this.world.client.workflow.getHandle(`sync/${this.distributorId}`);
  }

  /** As the Schedule wakes it; one that is lost starts again from the store. */
  private async wake(): Promise<void> {
    const { pool } = this.world.database;
    const log = pino({ enabled: false });
    const adminApi = null as unknown as AdminApi;
    const secrets = { vault: null as unknown as IdentityVault, filesIdentity: '' };
    const { requestSync } = platformTasks({ pool, client: this.skipping, adminApi, log, secrets });
    await requestSync(this.task, 'test');
  }

  private state(): Promise<SyncState | null> {
    return this.world.syncState(this.distributorId).catch(() => null);
  }

  private async rest(): Promise<void> {
    await waitFor(
      'the sync at rest',
      async () => {
        const { raw } = await this.handle.describe();
        const state = await this.state();
        return state && !raw.pendingChildren?.length && !raw.pendingActivities?.length && !state.requested;
      },
      WITHIN,
    );
  }

  private async endSync(): Promise<void> {
    await this.handle.terminate('the story is over').catch(() => undefined);
  }
}
