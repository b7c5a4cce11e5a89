import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTallySimulator } from '../src/simulators/tally/index.js';
import type { BenchLine } from './support/bench-line.js';
import { type Contestant, type Measurement, measured, recordAnswers } from './support/tally-contestants.js';

const ROUNDS = 3;

/**
 * Reads a Tally collection of 20,000 and of 200,000 vouchers, as the connector asks for it. Reader and bare parser take
 * turns, each time in a process of its own; the best round of each counts, since only disturbance makes one slower.
 */
export async function run(options: { vouchers?: number[] } = {}): Promise<BenchLine[]> {
  const lines: BenchLine[] = [];
  for (const vouchers of options.vouchers ?? [20_000, 200_000]) {
    const folder = await mkdtemp(join(tmpdir(), 'tally-read-'));
    try {
      await record(vouchers, folder);
      const rounds: Record<Contestant, Measurement[]> = { reader: [], saxes: [] };
      for (let round = 0; round < ROUNDS; round += 1) {
        for (const contestant of ['saxes', 'reader'] as const) {
          rounds[contestant].push(await measured(contestant, folder));
        }
      }
      const [value, limit] = [best(rounds.reader), best(rounds.saxes)];
      lines.push({
        bench: 'tally-read',
        case: `${vouchers} vouchers`,
        value,
        unit: 'MB/s',
        limit,
        ratio: value / limit,
        peakMiB: Math.max(...rounds.reader.map(({ peakMiB }) => peakMiB)),
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  }
  return lines;
}

const best = (rounds: Measurement[]): number => Math.max(...rounds.map(({ bytes, seconds }) => bytes / seconds / 1e6));

async function record(vouchers: number, folder: string): Promise<void> {
  const simulator = await startTallySimulator({
    seed: 1,
    months: 36,
    vouchers,
    today: '2026-05-18',
    answerAtOnce: true,
  });
  try {
    await recordAnswers(simulator.url, simulator.book.company.name, folder);
  } finally {
    await simulator.close();
  }
}
