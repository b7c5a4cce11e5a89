import type { Book } from './book.js';
import * as envelope from './envelope.js';
import { EOL } from './xml.js';

export interface AnswerOptions {
  /** Reports and lines asked for whole carry Tally's hundreds of empty tags. */
  emptyTags: boolean;
  /** Reports and files carry BILLDATE, which real ones were not seen to do. */
  billDatesInReports: boolean;
  /** VOUCHERTYPENAME narrows the Voucher Register; not verified on real ones. */
  honourVoucherTypeName: boolean;
  /** Names of further companies that are open, without books of their own. */
  otherCompanies: string[];
  /** Further companies that are open, with books of their own. */
  otherBooks: Book[];
}

/** One answer being written: its pieces, and how many objects it has held so far. */
export interface Answer {
  pieces: Iterable<string>;
  rows: () => number;
}

/** A request that makes Tally show a dialog instead of answering. */
export class Freeze extends Error {
  override name = 'Freeze';
}

export const whole = (text: string): Answer => ({ pieces: [text], rows: () => 0 });

export function rowsOf(head: string, objects: Iterable<string>, end: string): Answer {
  let rows = 0;
  function* pieces(): Generator<string> {
    yield head;
    for (const object of objects) {
      rows += 1;
      yield object;
    }
    yield end;
  }
  return { pieces: pieces(), rows: () => rows };
}

/** An empty collection is blank text between its tags. */
export function collection(book: Book, attributes: string, objects: Iterable<string>): Answer {
  const iterator = objects[Symbol.iterator]();
  const first = iterator.next();
  const head = envelope.collectionHead(attributes, changeCounters(book));
  if (first.done) return rowsOf(head, [], envelope.collectionEnd);
  function* all(): Generator<string> {
    yield first.value as string;
    yield* { [Symbol.iterator]: () => iterator };
  }
  return rowsOf(`${head}${EOL}`, all(), envelope.collectionEnd);
}

const changeCounters = (book: Book): envelope.ChangeCounters => ({
  GROUP: book.groups.filter(({ reserved }) => !reserved).length,
  LEDGER: book.ledgers.length,
  VOUCHER: Math.min(book.voucherCount, 4),
});

export const report = (objects: Iterable<string>): Answer => rowsOf(envelope.reportHead, objects, envelope.reportEnd);
