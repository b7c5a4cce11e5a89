import { log, uuid4 } from '@temporalio/workflow';
import type { ExtractAnswer } from '../activities/connector/tasks.js';
import type { Window } from '../canonical/window.js';

/** A window being read, or read and held by a connector. */
export interface Reading {
  syncId: string;
  window: Window;
  held: Promise<ExtractAnswer>;
}

/**
 * Asks the ERP for the next window while the last one travels; never for more than one ahead, since a connector holds
 * what it read in memory.
 */
export class ReadAhead {
  private ahead: Reading | null = null;

  constructor(
    private readonly extract: (syncId: string, window: Window) => Promise<ExtractAnswer>,
    private readonly release: (held: ExtractAnswer, syncId: string) => Promise<void>,
  ) {}

  /** The reading of a window: the one begun ahead, or a new one. */
  take(window: Window): Reading {
    const begun = this.ahead?.window === window ? this.ahead : null;
    if (begun === null) return this.begin(window);
    this.ahead = null;
    return begun;
  }

  beginAhead(window: Window): void {
    this.ahead ??= this.begin(window);
  }

  /** What was read ahead and will not be sent is let go of, or the connector would hold it for hours. */
  async drop(): Promise<void> {
    const dropped = this.ahead;
    this.ahead = null;
    if (!dropped) return;
    try {
      await this.release(await dropped.held, dropped.syncId);
    } catch {
      log.info('what was read ahead is gone already');
    }
  }

  private begin(window: Window): Reading {
    const syncId = `syn_${uuid4()}`;
    const held = this.extract(syncId, window);
    // Whoever waits for it hears of a failure; until then it is nobody's.
    held.catch(() => undefined);
    return { syncId, window, held };
  }
}
