import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeInvoices } from '../src/simulators/csv/index.js';
import type { BenchLine } from './support/bench-line.js';
import { type Contestant, type Measurement, measuredCsv } from './support/csv-contestants.js';
import { measuredIngestion } from './support/csv-ingested.js';

const ROUNDS = 2;

/**
 * Reads invoices.csv to judged records, and the same bytes by the bare parser. The two take turns, each time in a process
 * of its own; the best round of each counts, since only disturbance makes one slower. Then the whole way into Bronze,
 * once, against csv-parse and against COPY of the same rows.
 */
export async function run(options: { vouchers?: number[] } = {}): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const rows of options.vouchers ?? [125_000, 1_250_000]) {
    const folder = await mkdtemp(join(tmpdir(), 'csv-ingest-'));
    try {
      const path = join(folder, 'invoices.csv');
      await writeInvoices(path, rows, { today: '2026-05-18', months: 36 });
      const rounds: Record<Contestant, Measurement[]> = { reader: [], 'csv-parse': [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const contestant of ['csv-parse', 'reader'] as const) {
          const measurement = await measuredCsv(contestant, path);
          if (measurement.rows !== rows) throw new Error(`${contestant} read ${measurement.rows} of ${rows} rows`);
          rounds[contestant].push(measurement);
        }
      }
      const [value, limit] = [best(rounds.reader), best(rounds['csv-parse'])];
      lines.push({
        bench: 'csv-ingest',
        case: `${rows} rows, reading`,
        value,
        unit: 'rows/s',
        limit,
        ratio: value / limit,
        peakMiB: Math.max(...rounds.reader.map(({ peakMiB }) => peakMiB)),
      });
      const { ingest, copy } = await measuredIngestion(path);
      const speed = ({ rows: done, seconds }: Measurement): number => done / seconds;
      for (const [name, bound] of Object.entries({ 'csv-parse': limit, COPY: speed(copy) }))
        lines.push({
          bench: 'csv-ingest',
          case: `${rows} rows, into Bronze, against ${name}`,
          value: speed(ingest),
          unit: 'rows/s',
          limit: bound,
          ratio: speed(ingest) / bound,
          peakMiB: ingest.peakMiB,
        });
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return lines;
}

const best = (rounds: Measurement[]): number => Math.max(...rounds.map(({ rows, seconds }) => rows / seconds));
