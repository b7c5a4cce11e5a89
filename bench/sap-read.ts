import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startServiceLayerSimulator } from '../src/simulators/sap-b1/index.js';
import type { BenchLine } from './support/bench-line.js';
import { type Contestant, type Measurement, measured, RecordedServiceLayer } from './support/sap-contestants.js';

const ROUNDS = 3;

/**
 * Reads a company of 5,000 and of 50,000 documents, as the connector does: from answers on the wire to canonical drafts.
 * Reader and bare JSON.parse take turns over the same answers, each time in a process of its own; the best round of
 * each counts, since only disturbance makes one slower. `--vouchers` sets another number of documents.
 */
export async function run(options: { vouchers?: number[] } = {}): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const documents of options.vouchers ?? [5_000, 50_000]) {
    const folder = await mkdtemp(join(tmpdir(), 'sap-read-'));
    const simulator = await startServiceLayerSimulator({ seed: 1, months: 36, documents, today: '2026-05-18' });
    const recorded = await RecordedServiceLayer.start(simulator);
    try {
      const { settings } = recorded;
      // The first reading only has the answers recorded.
      await measured({ contestant: 'reader', settings });
      recorded.write(folder);
      const rounds: Record<Contestant, Measurement[]> = { reader: [], parse: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        rounds.parse.push(await measured({ contestant: 'parse', folder }));
        rounds.reader.push(await measured({ contestant: 'reader', settings }));
      }
      const [value, limit] = [best(rounds.reader), best(rounds.parse)];
      const [{ bytes, seconds, documents: read }] = rounds.reader as [Measurement];
      console.error(
        `sap-read, ${documents}: ${read} documents in ${Math.round(bytes / 1e6)} MB, ${Math.round(read / seconds)} a second, at most ${recorded.mostInFlight} requests in flight`,
      );
      lines.push({
        bench: 'sap-read',
        case: `${documents} documents`,
        value,
        unit: 'MB/s',
        limit,
        ratio: value / limit,
        peakMiB: Math.max(...rounds.reader.map(({ peakMiB }) => peakMiB)),
      });
    } finally {
      await recorded.close();
      await rm(folder, { recursive: true });
    }
  }
  return lines;
}

const best = (rounds: Measurement[]): number => Math.max(...rounds.map(({ bytes, seconds }) => bytes / seconds / 1e6));
