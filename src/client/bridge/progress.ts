import { setTimeout as wait } from 'node:timers/promises';
import { SingleBar } from 'cli-progress';
import { Duration } from 'luxon';
import type { BridgeJob, StateCounts } from '../../canonical/bridge.js';

const EVERY_MS = 1_000;
const LINE_EVERY_MS = 10_000;
/** Nothing moves for so long: somebody should look. */
const QUIET_MS = 60_000;
/** Rows were judged and none is sent: those that cannot be written hold up the others. */
const HELD_MS = 10_000;

export const settledOf = ({ pending, sending, ...ended }: StateCounts): number =>
  Object.values(ended).reduce((sum, count) => sum + count, 0);
export const rowsOf = (counts: StateCounts): number => settledOf(counts) + counts.pending + counts.sending;
export const inWords = (counts: StateCounts): string =>
  `created ${counts.created}, already there ${counts.already_there}, refused ${counts.refused}, unknown ${counts.unknown}${counts.skipped > 0 ? `, skipped ${counts.skipped}` : ''}`;

/** Unknown before the first voucher has its end. */
const timeLeft = (seconds: number): string =>
  Number.isFinite(seconds)
    ? Duration.fromObject({ seconds: Math.ceil(seconds) }).toFormat(seconds < 3_600 ? "m'm' ss's'" : "h'h' mm'm'")
    : '?';

export interface Screen {
  /** A line of its own, above a bar. */
  say(line: string): void;
  show(counts: StateCounts): void;
  end(): void;
}

/** A bar with rate and time left on a terminal, else a line now and then; on stderr, since stdout is for results. */
export function openScreen(total: number, stream: NodeJS.WriteStream = process.stderr): Screen {
  const startedAtMs = performance.now();
  const rate = (settled: number): string => `${((settled * 1_000) / (performance.now() - startedAtMs)).toFixed(1)}/s`;
  if (!stream.isTTY) {
    let shownAtMs = Number.NEGATIVE_INFINITY;
    return {
      say: (line) => void stream.write(`${line}\n`),
      show(counts) {
        if (performance.now() - shownAtMs < LINE_EVERY_MS) return;
        shownAtMs = performance.now();
        stream.write(`${settledOf(counts)} of ${total} vouchers: ${inWords(counts)}\n`);
      },
      end: () => undefined,
    };
  }
  const bar = new SingleBar({
    format: '{bar} {value} of {total} vouchers, {rate}, {eta_formatted} left | {words}',
    stream,
    etaBuffer: 30,
    formatTime: timeLeft,
    hideCursor: true,
    // Ctrl-C is ours: the import goes on without this program.
    gracefulExit: false,
  });
  bar.start(total, 0, { rate: '-', words: '' });
  return {
    say: (line) => void stream.write(`\r\u001b[K${line}\n`),
    show: (counts) => bar.update(settledOf(counts), { rate: rate(settledOf(counts)), words: inWords(counts) }),
    end: () => bar.stop(),
  };
}

export interface Followed {
  job: BridgeJob;
  /** Rows that cannot be written hold up the others, as was asked. */
  held: boolean;
}

export interface Clock {
  nowMs(): number;
  pass(ms: number, stop: AbortSignal): Promise<void>;
}
const CLOCK: Clock = {
  nowMs: () => performance.now(),
  pass: (ms, signal) => wait(ms, undefined, { signal }),
};

/** Looks at a job again and again until every row has its end, or nothing more will be sent. */
export async function follow(
  read: () => Promise<BridgeJob>,
  screen: Screen,
  stop: AbortSignal,
  clock = CLOCK,
): Promise<Followed> {
  let before = '';
  let movedAtMs = clock.nowMs();
  let warned = false;
  for (;;) {
    const job = await read();
    screen.show(job.counts);
    const now = JSON.stringify(job.counts);
    if (now !== before) {
      movedAtMs = clock.nowMs();
      warned = false;
    }
    before = now;
    const { counts } = job;
    if (counts.pending + counts.sending === 0) return { job, held: false };
    const quietMs = clock.nowMs() - movedAtMs;
    const sent = counts.created + counts.sending + counts.unknown;
    if (job.faulty === 'refuse_all' && counts.refused > 0 && sent === 0 && quietMs > HELD_MS)
      return { job, held: true };
    if (quietMs > QUIET_MS && !warned) {
      warned = true;
      screen.say(
        'Nothing has moved for a minute. Is altscore-bridge run running, and Tally open? altscore-bridge test looks at each link.',
      );
    }
    await clock.pass(EVERY_MS, stop);
  }
}
