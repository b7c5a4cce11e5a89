import type { Period } from '../source.js';
import { daysBetween, plusDays } from './dates.js';

const FIRST_DAYS = 7;
/** Only a window of what is dated ahead is that long, and nearly empty. */
const MOST_DAYS = 366;

/**
 * Cuts windows into spans of days so that no request holds Tally much longer than the target: begins with a week, and
 * lets every request's own time say how long the next span may be. A day is the least.
 */
export class AdaptiveSpans {
  #days = FIRST_DAYS;

  constructor(private readonly targetMs: number) {}

  /** The next days to ask for, from `from` on. */
  next(from: string, window: Period): Period {
    const to = plusDays(from, this.#days - 1);
    return to > window.to ? { from, to: window.to } : { from, to };
  }

  /** Learns from a request over `span` that took `elapsedMs`. Grows slowly, shrinks at once. */
  learn(span: Period, elapsedMs: number): void {
    const days = daysBetween(span.from, span.to);
    const fitting = Math.floor((days * this.targetMs * 0.8) / Math.max(elapsedMs, 1));
    const atMost = Math.max(this.#days, days) * 2;
    this.#days = Math.max(1, Math.min(fitting, atMost, MOST_DAYS));
  }
}
