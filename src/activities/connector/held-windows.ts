import type { QuarantineCounts } from '../../canonical/contract.js';
import type { DraftDocument } from '../../canonical/drafts.js';
import type { CanonicalDocument } from '../../canonical/records.js';
import type { SignedBatch } from '../../delivery/sign.js';
import type { Period } from '../../sources/source.js';
import { WindowNotHeld } from './errors.js';

/** A batch as it will be sent; once signed it is kept, so that a retry sends the same bytes under the same id. */
export interface PlannedBatch {
  batchId: string;
  documents: CanonicalDocument[];
  signed: SignedBatch | null;
}

/** One window of one attempt, in memory only. */
export interface HeldWindow {
  syncId: string;
  period: Period;
  /** The source's own rows and what it needs to understand them; emptied once they are normalised. */
  rows: unknown[];
  masters: unknown;
  /** Empty documents in place of those the ERP no longer has. */
  withdrawn: DraftDocument[];
  withOpening: boolean;
  /** What a delta starts from; what did not change since then was reported before. */
  changedSince: Record<string, number> | null;
  /** Of every version. */
  epoch: number;
  /** Records by code, once normalised. */
  quarantined: QuarantineCounts;
  batches: PlannedBatch[];
}

/** A window nobody has asked about for this long belongs to a run that is gone. */
const TIME_TO_LIVE_MS = 2 * 60 * 60 * 1000;

/**
 * The windows this process holds between `extract` and `release`. Never on disk: what is lost with the process is
 * read again. Tells its owner how many it holds, since the process queue is polled only meanwhile.
 */
export class HeldWindows {
  private readonly windows = new Map<string, { held: HeldWindow; touchedAtMs: number }>();

  constructor(
    private readonly onChange: (count: number) => void,
    private readonly nowMs: () => number = Date.now,
  ) {}

  get count(): number {
    return this.windows.size;
  }

  hold(held: HeldWindow): void {
    this.forgetStale();
    this.windows.set(held.syncId, { held, touchedAtMs: this.nowMs() });
    this.onChange(this.windows.size);
  }

  /** @throws WindowNotHeld */
  get(syncId: string): HeldWindow {
    const entry = this.windows.get(syncId);
    if (!entry) throw new WindowNotHeld(syncId);
    entry.touchedAtMs = this.nowMs();
    return entry.held;
  }

  release(syncId: string): void {
    if (this.windows.delete(syncId)) this.onChange(this.windows.size);
  }

  forgetStale(): void {
    for (const [syncId, { touchedAtMs }] of this.windows) {
      if (this.nowMs() - touchedAtMs > TIME_TO_LIVE_MS) this.release(syncId);
    }
  }
}
