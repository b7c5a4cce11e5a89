import { type Header, headerOf, headerRefusal } from './header.js';
import { RowReader } from './row-reader.js';

/** Bytes to rows of one of the three templates of the integration specification. */
export class CsvReader extends RowReader<Header> {
  constructor() {
    super({ headerOf, headerRefusal });
  }
}
