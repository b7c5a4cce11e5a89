import type { Fault as SharedFault } from '../faults.js';
import type { RequestKind } from './request.js';

/** What can go wrong with imports only. */
const IMPORT_FAULTS = [
  /** Done; then Tally hangs until the client goes. */
  'committed_no_answer',
  /** Done; then the connection is closed without an answer. */
  'committed_hang_up',
  /** Tally hangs until the client goes, and nothing is done. */
  'not_committed_no_answer',
  /** Tally goes on when the client has gone: it is done after that, and before anybody else is answered. */
  'late_commit',
  /** EXCEPTIONS=1 without a text, and nothing is done. */
  'exception',
] as const;

/** What can be made to go wrong. Numbers in brackets are the meaning of `amount`. */
export const FAULT_KINDS = [
  /** The connection is closed without an answer, and nothing is done. */
  'refuse',
  /** A dialog waits for a human: the request, and all after it, hang until the fault is cleared. */
  'modal',
  /** The answer comes late (milliseconds; 1,000 by default). */
  'slow',
  /** The answer stops in the middle of a tag, as if complete (bytes; 2,000 by default, 100 for imports, which are done). */
  'cut',
  /** Well-formed, STATUS 1, but the last vouchers are missing (how many; 1 by default). */
  'fewer_vouchers',
  /** Of a proxy: an import does not reach Tally. */
  'html',
  /** An import is done all the same. */
  'empty_body',
  /** UTF-16LE where another encoding was asked for, and the other way round. */
  'wrong_encoding',
  /** The request is not understood: an import is not done. */
  'counterless',
  'entity_bomb',
  /** Bill fields that are named one by one come back blank, and On Account. */
  'curated_bills_blank',
  'zero_rows',
  /** No company is open. */
  'company_closed',
  /** Another company of the same name was put in its place. */
  'guid_changed',
  /** A backup was restored: the counters fell (by how much; half by default). */
  'counters_fallen',
  /** Collections are refused as unknown, those of vouchers unless it is told which; reports are not. */
  'collection_refused',
  /** Somebody books a sale just before the answer. */
  'voucher_added',
  /** Somebody dates a voucher 40 days back just before the answer. */
  'voucher_moved',
  ...IMPORT_FAULTS,
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

export type Fault = SharedFault<FaultKind, RequestKind>;

/** Those that are about some requests only let every other pass. */
export function aimed(fault: Fault): Fault {
  if (fault.on !== undefined) return fault;
  if (fault.kind === 'collection_refused') return { ...fault, on: ['voucher'] };
  return (IMPORT_FAULTS as readonly string[]).includes(fault.kind) ? { ...fault, on: ['import'] } : fault;
}
