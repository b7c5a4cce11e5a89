import { Counter, Gauge, Registry } from 'prom-client';
import type { noMetrics } from '../../canonical/file-ingestion.js';
import { filesWaiting, metricsSoFar } from '../../store/file-state.js';
import type { AdminRoute } from './platform.js';

const schema = {
  tags: ['operations'],
  summary: 'Figures of file ingestion for Prometheus, by source and stream',
  description: 'Text format. Counted in the store, so that every process of the API tells the same.',
  security: [{ admin: [] }],
};
const labelNames = ['source', 'stream'] as const;

const HELP: Record<Exclude<keyof ReturnType<typeof noMetrics>, 'files_waiting'>, string> = {
  files_discovered: 'Files seen for the first time, new contents of a known path among them',
  files_processed: 'Files committed, or known to hold nothing that was not committed before',
  files_duplicate: 'Files with the bytes of one committed before',
  files_quarantined: 'Files of which nothing was taken',
  files_failed: 'Files that could not be read for want of their place or the store',
  rows_read: 'Rows, or vouchers, read',
  rows_emitted: 'Rows that went into documents',
  rows_refused: 'Rows refused',
  drift_alerts: 'Files whose columns were not those of before',
  bytes_read: 'Bytes of the files that were read',
};

/** Behind the admin token: with a TLS proxy in front, every caller seems to be of this machine. */
export const metricsRoute: AdminRoute =
  ({ pool }) =>
  async (app) => {
    app.get('/metrics', { schema }, async (_request, reply) => {
      const registry = new Registry();
      const streams = await metricsSoFar(pool);
      for (const [name, help] of Object.entries(HELP)) {
        const counter = new Counter({ name: `altscore_${name}_total`, help, labelNames, registers: [registry] });
        for (const { sourceId: source, streamId: stream, metrics } of streams)
          counter.inc({ source, stream }, metrics[name as keyof typeof HELP] ?? 0);
      }
      const waiting = new Gauge({
        name: 'altscore_files_waiting',
        help: 'Files that are still being written, are too young, or wait for those of an earlier stream',
        labelNames,
        registers: [registry],
      });
      for (const { sourceId: source, streamId: stream } of streams) waiting.set({ source, stream }, 0);
      for (const { sourceId: source, streamId: stream, count } of await filesWaiting(pool))
        waiting.set({ source, stream }, count);
      return reply.type(registry.contentType).send(await registry.metrics());
    });
  };
