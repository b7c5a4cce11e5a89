import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Pool } from '../../store/database.js';
import { readRuns } from '../../store/runs.js';
import type { RunProgress } from '../../workflows/sync-run.js';
import type { SyncState } from '../../workflows/sync-state.js';
import type { Onboarding } from '../onboarding.js';
import type { Access, Came } from './access.js';
import type { DemoPlatform } from './platform.js';
import { type Stage, until } from './stage.js';
import { sumRuns } from './verdict.js';

/** Where an ERP is found. */
export interface Ledgers {
  host: string;
  port: number;
  company: string;
  /** What else `altscore-connector install` has to be told. */
  install?: string[];
}

const DELTA_MS = 10 * 60_000;

/** A connector beside the ERP, installed from the one-time bundle. */
export class ByConnector implements Access {
  constructor(
    private readonly stage: Stage,
    private readonly platform: DemoPlatform,
    private readonly onboarding: Onboarding,
    private readonly erp: Ledgers,
  ) {}

  /** Ops hands over a one-time link; the distributor's IT installs from it. */
  async give(distributorId: string): Promise<void> {
    const token = readFileSync(join(this.platform.secretsDir, 'admin_token'), 'utf8').trim();
    const response = await fetch(`${this.platform.adminUrl}/v1/admin/distributors/${distributorId}/bundle-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`The Admin API gave no bundle link: ${await response.text()}`);
    const { url } = (await response.json()) as { url: string };
    await this.stage.run('install', 'client/connector.js', [
      ...['install', '--bundle', url, '--dir', this.folder],
      ...['--erp-host', this.erp.host, '--erp-port', String(this.erp.port), '--company', this.erp.company],
      ...['--gateway', this.platform.temporalAddress, ...(this.erp.install ?? [])],
    ]);
  }

  open(): void {
    const config = join(this.folder, 'altscore-connector.yaml');
    // As the program's own first line and its image have it: memory stays flat however large the book is.
    this.stage.start('connector', 'client/connector.js', ['run', '--config', config], {
      NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=192',
    });
  }

  async send(): Promise<void> {}

  async line(): Promise<string> {
    const { raw } = await this.onboarding.handle.describe();
    const run = raw.pendingChildren?.[0]?.workflowId;
    if (!run) return 'starting';
    const { windowsDone, windowsTotal, totals } = await this.platform.client.workflow
      .getHandle(run)
      .query<RunProgress>('runProgress');
    const filled = windowsTotal === 0 ? 0 : Math.round((windowsDone / windowsTotal) * 24);
    return `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${windowsDone}/${windowsTotal} months, ${totals.accepted} records`;
  }

  /** Triggers the Schedule as Ops would, and waits for the run it wakes. */
  async takeNews(distributorId: string): Promise<void> {
    await this.platform.client.schedule.getHandle(`sync/${distributorId}`).trigger();
    const last = await until('the delta', async () => (await this.syncState(distributorId)).last, DELTA_MS);
    if (last.outcome !== 'success' && last.outcome !== 'unchanged')
      throw new Error(`The delta ended ${last.outcome}: ${last.reason}`);
  }

  async came(pool: Pool, distributorId: string): Promise<Came> {
    const { sent, accepted, duplicates, quarantined } = sumRuns(await readRuns(pool, distributorId));
    const { watermark } = await this.syncState(distributorId);
    return { sent, accepted, duplicates, quarantined, watermark: watermark.last_sync_at };
  }

  private syncState(distributorId: string): Promise<SyncState> {
    return this.platform.client.workflow.getHandle(`sync/${distributorId}`).query<SyncState>('syncState');
  }

  private get folder(): string {
    return join(this.stage.folder, 'connector');
  }
}
