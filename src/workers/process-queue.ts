import { setTimeout as pause } from 'node:timers/promises';
import type { Worker } from '@temporalio/worker';
import type { Logger } from 'pino';

/** Empty for this long, the queue is no longer polled: between two windows of a run it is not worth stopping. */
const LINGER_MS = 30_000;
/** A run that is gone must not keep a stopping connector for ever. */
const DRAIN_MS = 10 * 60 * 1000;

/**
 * The worker of the queue that belongs to this process start alone. It polls only while windows are held, since at
 * thousands of connectors every idle poller counts.
 */
export class ProcessQueue {
  private held = 0;
  private polling: Promise<void> | null = null;
  private worker: Worker | null = null;
  private linger: NodeJS.Timeout | null = null;
  private emptied: AbortController | null = null;

  constructor(
    private readonly create: () => Promise<Worker>,
    private readonly log: Logger,
  ) {}

  /** Told after every change how many windows are held. */
  follow(count: number): void {
    this.held = count;
    if (this.linger) clearTimeout(this.linger);
    this.linger = null;
    if (count > 0) {
      this.polling ??= this.poll();
      return;
    }
    this.emptied?.abort();
    this.linger = setTimeout(() => this.worker?.shutdown(), LINGER_MS);
    this.linger.unref();
  }

  /** Lets what is held be finished, for ten minutes at most, then stops polling. */
  async drain(): Promise<void> {
    if (this.held > 0) {
      this.emptied = new AbortController();
      await pause(DRAIN_MS, null, { signal: this.emptied.signal }).catch(() => undefined);
    }
    this.held = 0;
    if (this.linger) clearTimeout(this.linger);
    this.worker?.shutdown();
    await this.polling;
  }

  /** Until nothing is held. A worker that fails is logged; its windows are lost and will be read again. */
  private async poll(): Promise<void> {
    try {
      do {
        this.worker = await this.create();
        await this.worker.run();
      } while (this.held > 0);
    } catch (error) {
      this.log.error({ err: error }, 'the process queue is no longer polled');
    } finally {
      this.worker = null;
      this.polling = null;
    }
  }
}
