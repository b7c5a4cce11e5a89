import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startIngestion } from '../../activities/files/ingestion-control.js';
import type { IngestionResult } from '../../canonical/file-ingestion.js';
import { sumOf } from '../../canonical/run-report.js';
import type { Pool } from '../../store/database.js';
import { filesStanding } from '../../store/file-standing.js';
import type { Access, Came } from './access.js';
import type { DemoPlatform } from './platform.js';
import type { Stage } from './stage.js';

const SOURCE = 'demo_files';
/** So long files that were seen once are left: nobody is still writing them here. */
export const SETTLE_MS = 1_000;

/** A folder into which the distributor's staff drop what they export. */
export class ByFiles implements Access {
  constructor(
    private readonly stage: Stage,
    private readonly platform: DemoPlatform,
    private readonly folder: string,
    private readonly dropHistory: () => Promise<void>,
  ) {}

  /** Ops registers the folder as the distributor's source. */
  async give(distributorId: string): Promise<void> {
    mkdirSync(this.folder, { recursive: true });
    const yaml = join(this.stage.folder, 'source.yaml');
    const streams = ['invoices', 'payments', 'returns'].map(
      (kind) => `  - { stream: csv.${kind}, pattern: "${kind}*.csv" }`,
    );
    const lines = [
      `source_id: ${SOURCE}`,
      `distributor_id: ${distributorId}`,
      `place: { kind: folder, path: ${this.folder} }`,
      'streams:',
      ...streams,
      'min_age_seconds: 0',
      '',
    ];
    writeFileSync(yaml, lines.join('\n'));
    await this.stage.run('files-add', 'client/altscore.js', ['files', 'add', yaml], this.platform.environment);
  }

  open(): void {}

  async send(): Promise<void> {
    await this.dropHistory();
  }

  async line(): Promise<string> {
    return `files of ${SOURCE}`;
  }

  async takeNews(): Promise<void> {
    const { client } = this.platform;
    const run = await startIngestion(client, {
      workflowId: `files/${SOURCE}/news`,
      sourceId: SOURCE,
      settleMs: SETTLE_MS,
    });
    const { metrics, notices } = (await run.result()) as IngestionResult;
    if (metrics.files_processed === 0) throw new Error(`No file was taken. ${notices.join(' ')}`);
  }

  async came(pool: Pool, distributorId: string): Promise<Came> {
    const { rowsRead, rowsTaken, refusedByCode } = await filesStanding(pool, distributorId);
    return {
      sent: rowsRead,
      accepted: rowsTaken,
      duplicates: rowsRead - rowsTaken - sumOf(refusedByCode),
      quarantined: refusedByCode,
      watermark: null,
    };
  }
}
