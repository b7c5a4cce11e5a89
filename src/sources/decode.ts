import { isAscii } from 'node:buffer';
import { ContentRefused } from './errors.js';

export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252';

const SNIFFED_BYTES = 256;
const KNOWN: ReadonlySet<string> = new Set(['utf-8', 'utf-16le', 'utf-16be', 'windows-1252']);
const BYTE_ORDER_MARKS: [Encoding, number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * Bytes of Tally or of a file to text, chunk by chunk. The encoding is that of the byte order mark; else the declared one where
 * the first bytes bear it out; else UTF-16 when every second byte is NUL; else UTF-8, and Windows-1252 where the bytes
 * are no UTF-8 (one production Tally answers so).
 */
export class TextDecoding {
  encoding: Encoding | null = null;
  #pending: Buffer = Buffer.alloc(0);
  #decoder: InstanceType<typeof TextDecoder> | null = null;
  /** UTF-8 beyond ASCII has been seen, so Windows-1252 is ruled out. */
  #provenUtf8 = false;

  /** @param declared Charset of the Content-Type header, where there was one. */
  constructor(private readonly declared: string | null = null) {}

  write(bytes: Uint8Array): string {
    const buffer =
      this.#pending.length > 0
        ? Buffer.concat([this.#pending, bytes])
        : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (this.encoding === null) {
      if (buffer.length < SNIFFED_BYTES) {
        this.#pending = Buffer.from(buffer);
        return '';
      }
      return this.#begin(buffer);
    }
    return this.#decode(buffer);
  }

  /** The rest, after the last chunk. */
  end(): string {
    const rest = this.encoding === null ? this.#begin(this.#pending) : '';
    if (this.encoding === 'utf-8') {
      if (this.#pending.length === 0) return rest;
      // A torn last character is for the parser to judge: in most cases the text has no end either.
      return rest + (this.#provenUtf8 ? '\ufffd' : this.#fallBack(this.#pending));
    }
    return rest + (this.#decoder?.decode() ?? '');
  }

  #begin(buffer: Buffer): string {
    const [encoding, markLength] = detect(buffer, this.declared);
    this.encoding = encoding;
    this.#pending = Buffer.alloc(0);
    // A wrong byte of UTF-8 is found by `fatal`; of UTF-16 only a torn pair could be wrong, and becomes U+FFFD.
    this.#decoder = new TextDecoder(encoding, { fatal: encoding === 'utf-8', ignoreBOM: true });
    if (markLength > 0 && encoding === 'utf-8') this.#provenUtf8 = true;
    return this.#decode(buffer.subarray(markLength));
  }

  #decode(buffer: Buffer): string {
    if (this.encoding !== 'utf-8') return this.#decoder!.decode(buffer, { stream: true });
    // Whole characters only, so that the bytes after the last can still turn out to be Windows-1252.
    const end = completeUtf8Length(buffer);
    this.#pending = end < buffer.length ? Buffer.from(buffer.subarray(end)) : Buffer.alloc(0);
    const whole = buffer.subarray(0, end);
    try {
      // `stream` takes a path through Node that is half again as fast.
      const text = this.#decoder!.decode(whole, { stream: true });
      this.#provenUtf8 ||= text.length < whole.length;
      return text;
    } catch {
      if (this.#provenUtf8 || !isAscii(Buffer.from(readableStart(buffer)))) throw unreadable();
      return this.#fallBack(buffer);
    }
  }

  /** All before was ASCII, which is the same in both. */
  #fallBack(buffer: Buffer): string {
    this.encoding = 'windows-1252';
    this.#pending = Buffer.alloc(0);
    this.#decoder = new TextDecoder('windows-1252');
    return this.#decoder.decode(buffer, { stream: true });
  }
}

/** What stands before the first byte that is no UTF-8. */
function readableStart(buffer: Buffer): string {
  const text = new TextDecoder('utf-8').decode(buffer);
  return text.slice(0, text.indexOf('\ufffd'));
}

const unreadable = (): ContentRefused =>
  new ContentRefused(
    'UNREADABLE_ENCODING',
    'The text begins as UTF-8 and then holds bytes that are none: expected one encoding throughout.',
  );

function detect(buffer: Buffer, declared: string | null): [Encoding, markLength: number] {
  for (const [encoding, mark] of BYTE_ORDER_MARKS) {
    if (mark.every((byte, index) => buffer[index] === byte)) return [encoding, mark.length];
  }
  const sniffed = sniff(buffer);
  const label = declared ?? declaredInXml(buffer);
  const named = label === null ? null : encodingOf(label);
  // A declaration that contradicts the bytes is a mistake of whoever wrote it, seen with UTF-16 answers.
  if (named !== null && named.startsWith('utf-16') === (sniffed !== null)) return [sniffed ?? named, 0];
  return [sniffed ?? 'utf-8', 0];
}

/** Markup is ASCII, so UTF-16 without a mark shows as a NUL beside each of the first characters. */
function sniff(buffer: Buffer): Encoding | null {
  if (buffer.length < 2) return null;
  if (buffer[0] !== 0 && buffer[1] === 0) return 'utf-16le';
  if (buffer[0] === 0 && buffer[1] !== 0) return 'utf-16be';
  return null;
}

function declaredInXml(buffer: Buffer): string | null {
  return (
    /^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']/.exec(buffer.toString('latin1', 0, SNIFFED_BYTES))?.[1] ??
    null
  );
}

function encodingOf(label: string): Encoding | null {
  try {
    const { encoding } = new TextDecoder(label);
    return KNOWN.has(encoding) ? (encoding as Encoding) : null;
  } catch {
    return null;
  }
}

/** Bytes up to the last character that is there as a whole. */
function completeUtf8Length(buffer: Buffer): number {
  const { length } = buffer;
  for (let back = 1; back <= Math.min(3, length); back += 1) {
    const byte = buffer[length - back]!;
    if (byte < 0x80) return length;
    if (byte >= 0xc0) {
      const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return needed > back ? length - back : length;
    }
  }
  return length;
}
