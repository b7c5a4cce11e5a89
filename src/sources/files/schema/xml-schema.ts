import { SaxesParser } from 'saxes';
import {
  MAX_COLUMN_NAME,
  MAX_COLUMNS,
  type SchemaColumn,
  type StreamSchema,
} from '../../../canonical/stream-schema.js';
import { TextDecoding } from '../../decode.js';
import { ContentRefused } from '../../errors.js';
import { Sanitiser } from '../../tally/sanitise.js';
import { type Asked, ColumnCount } from './column-types.js';

const SAMPLED_BYTES = 4 * 1024 * 1024;
const MAX_DEPTH = 64;
/** No value that has a type is longer. */
const MAX_VALUE = 64;
/** What objects stand in. */
const HOLDERS: ReadonlySet<string> = new Set(['TALLYMESSAGE', 'COLLECTION']);

/** What the reading of vouchers and ledgers rests on. Everything else comes and goes with what was booked. */
const KEY_ELEMENTS: ReadonlySet<string> = new Set([
  'ALTERID',
  'AMOUNT',
  'DATE',
  'GUID',
  'LEDGERNAME',
  'PARENT',
  'VOUCHERTYPENAME',
]);
const AMOUNTS = /^(?:AMOUNT|ALTERID|MASTERID|OPENINGBALANCE)$/;
const askedOf = (name: string): Asked => (name.endsWith('DATE') ? 'date' : AMOUNTS.test(name) ? 'amount' : 'text');

/**
 * The elements of Tally's objects, such as `VOUCHER/ALLLEDGERENTRIES.LIST/AMOUNT`, in the first 4 MiB of an export. Of
 * what is malformed or no text it takes what stands before: whether the file can be used is for its reader to say.
 */
export async function inferXmlSchema(bytes: AsyncIterable<Uint8Array>): Promise<StreamSchema> {
  const elements = new Elements();
  const decoding = new TextDecoding();
  const sanitiser = new Sanitiser();
  let rest = SAMPLED_BYTES;
  for await (const chunk of bytes) {
    const part = chunk.subarray(0, rest);
    rest -= part.length;
    if (!readable(() => elements.write(sanitiser.write(decoding.write(part)))) || rest === 0) return elements.schema();
  }
  readable(() => elements.write(sanitiser.write(decoding.end()) + sanitiser.end()));
  return elements.schema();
}

/** Bytes in no encoding and text that is no XML end the sample. */
function readable(write: () => void): boolean {
  try {
    write();
    return true;
  } catch (error) {
    if (error instanceof ContentRefused || error instanceof NotReadable) return false;
    throw error;
  }
}

class NotReadable extends Error {
  override readonly name = 'NotReadable';
}

interface Element {
  name: string;
  /** From the object down; '' outside of objects. */
  path: string;
  text: string;
  isLeaf: boolean;
  /** Key elements among its children. */
  keys: Set<string>;
}

class Elements {
  readonly #parser = new SaxesParser({ xmlns: false, position: false });
  readonly #open: Element[] = [];
  readonly #columns = new Map<string, ColumnCount>();
  /** How many elements of a path had children, and how many of those a certain key element, by its path. */
  readonly #parents = new Map<string, number>();
  readonly #present = new Map<string, number>();

  constructor() {
    this.#parser.on('opentag', ({ name }) => this.#opened(name.toUpperCase()));
    this.#parser.on('closetag', () => this.#closed());
    const append = (text: string): void => {
      const element = this.#open.at(-1);
      if (element !== undefined && element.text.length <= MAX_VALUE) element.text += text.slice(0, MAX_VALUE + 1);
    };
    this.#parser.on('text', append);
    this.#parser.on('cdata', append);
    this.#parser.on('error', () => {
      throw new NotReadable();
    });
  }

  write(text: string): void {
    this.#parser.write(text);
  }

  schema(): StreamSchema {
    const columns = [...this.#columns].map(([name, count]): SchemaColumn => {
      const parent = name.slice(0, name.lastIndexOf('/'));
      const isAlways = count.nullable === false && this.#present.get(name) === this.#parents.get(parent);
      return { name, type: count.type, nullable: !isAlways };
    });
    return { form: 'xml', columns: columns.sort((one, other) => (one.name < other.name ? -1 : 1)) };
  }

  #opened(name: string): void {
    if (this.#open.length === MAX_DEPTH) throw new NotReadable();
    const parent = this.#open.at(-1);
    let path = '';
    if (parent !== undefined) {
      parent.isLeaf = false;
      if (parent.path !== '') path = `${parent.path}/${name}`;
      else if (HOLDERS.has(parent.name)) path = name;
      if (KEY_ELEMENTS.has(name)) parent.keys.add(name);
    }
    this.#open.push({ name, path, text: '', isLeaf: true, keys: new Set() });
  }

  #closed(): void {
    const { name, path, text, isLeaf, keys } = this.#open.pop()!;
    if (path === '') return;
    if (!isLeaf) {
      this.#parents.set(path, (this.#parents.get(path) ?? 0) + 1);
      for (const key of keys) this.#present.set(`${path}/${key}`, (this.#present.get(`${path}/${key}`) ?? 0) + 1);
      return;
    }
    // Tally writes every list an object might have, most of them empty.
    if (!path.includes('/') || name.endsWith('.LIST')) return;
    this.#columnOf(path, name)?.take(text.trim());
  }

  #columnOf(path: string, name: string): ColumnCount | null {
    const known = this.#columns.get(path);
    if (known !== undefined) return known;
    if (this.#columns.size === MAX_COLUMNS || path.length > MAX_COLUMN_NAME) return null;
    const count = new ColumnCount('xml', askedOf(name));
    this.#columns.set(path, count);
    return count;
  }
}
