import type { DraftDocument } from '../canonical/drafts.js';
import type { Paise } from '../canonical/money.js';
import type { QuarantineCode } from '../canonical/quarantine.js';
import type { ErpType, Version } from '../canonical/records.js';

/** Days, both included, ISO, in the distributor's calendar. */
export interface Period {
  from: string;
  to: string;
}

/** What is dated further ahead than this was never read; nearer ones may be typing errors, and are there all the same. */
export const MAX_AHEAD_DAYS = 3_660;

/** What a source found when it looked, before anything is read. */
export interface Probe {
  /** What the ERP calls the books that will be read, and its identity for them; of several companies joined by `+`. */
  company: { name: string; id: string; booksFrom: string };
  /**
   * The ERP's change counters; Tally: `vouchers` (ALTVCHID) and `masters` (ALTMSTID). Names of those that say whether
   * masters changed begin with `masters`; of several companies each has its own, `vouchers/<company>`; `rules` is taken.
   */
  counters: Record<string, number>;
  /** How the source decided to read, for people (`collection`, `voucher register`). */
  reading: string;
}

/** A document as the platform holds it. */
export interface HeldDocument {
  docKey: string;
  version: Version;
}

/** A document of which the platform knows that something is quarantined. */
export interface QuarantinedDocument {
  docKey: string;
  codes: readonly QuarantineCode[];
  /** Where to look for it, as its own mark says; null when that is not known. */
  day: string | null;
}

/** The ERP's counters when the run before began, and now. */
export interface CountersMoved {
  since: Record<string, number>;
  until: Record<string, number>;
  /** Of the versions read now; grows when the books were restored from a backup. */
  epoch: number;
}

/** How often and how long the ERP was asked, for the run's report. */
export interface ReadingCost {
  requests: number;
  bytes: number;
  longestRequestMs: number;
}

/**
 * Every ERP is read through this shape, so a new one is a new folder. `Row` is the source's own record (a voucher),
 * `Masters` what it needs to understand one (groups, ledgers, voucher types).
 *
 * Errors are SourceUnavailable (transient), IncompleteAnswer (transient) and SourceMisconfigured (configuration); a
 * bad record is never an error.
 */
export interface Source<Row, Masters> {
  readonly erpType: ErpType;
  /** Counters that may fall although nothing was restored from a backup, such as a count of customers. */
  readonly mayFall?: readonly string[];
  probe(): Promise<Probe>;
  /** Windows of a period, oldest first. A backfill's are months; a delta is one. */
  plan(period: Period, by: 'month' | 'whole'): Period[];
  masters(): Promise<Masters>;
  /** Every document dated within the window, each once, complete or an error. Ends early when `signal` aborts. */
  read(window: Period, signal: AbortSignal): AsyncIterable<Row>;
  /**
   * Documents dated within the period that changed since the counters stood at `since`, by themselves or by the masters
   * they name; those alone.
   */
  readChanged(period: Period, since: Record<string, number>, masters: Masters, signal: AbortSignal): AsyncIterable<Row>;
  /** The company's documents have keys that begin so. */
  keyPrefix(masters: Masters): string;
  /**
   * Of the documents `held` by the platform, those the ERP no longer has, as empty ones that withdraw them; never for want
   * of an answer. Where `moved.since` is empty, any of them may be gone, and all are looked for. `read` is all that was read as changed between the counters; `held` is asked for only when need be.
   */
  withdrawn(
    read: readonly Row[],
    moved: CountersMoved,
    masters: Masters,
    held: () => AsyncIterable<HeldDocument>,
    signal: AbortSignal,
    /** Those of which `read` holds every change. */
    days: readonly Period[],
  ): Promise<DraftDocument[]>;
  /**
   * Documents read again though they did not change, since what they were quarantined for may have; those that are gone,
   * or that masters alone hold, are left out.
   */
  readAgain(documents: readonly QuarantinedDocument[], masters: Masters, signal: AbortSignal): AsyncIterable<Row>;
  /** Documents that bear this number for people, or this key; for a person who looks at what was quarantined. */
  find(id: string, masters: Masters, signal: AbortSignal): AsyncIterable<Row>;
  toCanonical(row: Row, masters: Masters): DraftDocument;
  /** Documents that masters alone hold: open bills from before the books began. Read once, with the first window. */
  openingDocuments(masters: Masters): Iterable<DraftDocument>;
  /**
   * As `read`, asking for as little of each document as its date, parties and amounts need: what is added up and compared,
   * and never sent. A source that cannot ask for less reads the same.
   */
  readFigures(window: Period, signal: AbortSignal): AsyncIterable<Row>;
  /**
   * What each party owes now by the ERP's own reckoning, by party key, in paise, positive when it owes. Null where the
   * settings keep some of what moves a balance from being read, so that the two cannot be compared.
   */
  closingBalances(masters: Masters, signal: AbortSignal): Promise<ReadonlyMap<string, Paise> | null>;
  readonly cost: ReadingCost;
  /** Gives back what the source holds of the ERP, such as a session; it may be used again afterwards. */
  close?(): Promise<void>;
}
