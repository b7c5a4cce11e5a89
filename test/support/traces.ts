import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';

const HASHES = ['md5', 'sha1', 'sha256', 'sha512'];
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b, 0x08, 0x00]);
const GZIP_HEADER_BYTES = 10;

/** The ways in which a value could stand in a file without being seen at a glance. */
function disguises(value: string): Array<[name: string, bytes: Buffer]> {
  const plain = Buffer.from(value, 'utf8');
  const utf16 = Buffer.from(value, 'utf16le');
  const digests = HASHES.flatMap((algorithm): Array<[string, Buffer]> => {
    const digest = createHash(algorithm).update(value).digest();
    return [
      [`${algorithm} hex`, Buffer.from(digest.toString('hex'))],
      [`${algorithm} base64`, Buffer.from(digest.toString('base64').replace(/=+$/, ''))],
      [`${algorithm} bytes`, digest],
    ];
  });
  return [
    ['plain', plain],
    ['UTF-16LE', utf16],
    ['UTF-16BE', Buffer.from(utf16).swap16()],
    ['hex', Buffer.from(plain.toString('hex'))],
    ...base64Middles(plain).map((middle): [string, Buffer] => ['base64', Buffer.from(middle)]),
    ...digests,
  ];
}

/** What a value looks like inside longer base64: its three alignments, without the ends that neighbours share. */
function base64Middles(bytes: Buffer): string[] {
  return [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const start = Math.ceil((shift * 4) / 3);
    const wholeChars = Math.floor(((shift + bytes.length) * 8) / 6);
    return encoded.slice(start, wholeChars);
  });
}

/** What lies inside: gzip members, base64 and hexadecimal runs, decoded. */
function* layersOf(haystack: Buffer): Generator<Buffer> {
  for (let at = haystack.indexOf(GZIP_MAGIC); at !== -1; at = haystack.indexOf(GZIP_MAGIC, at + 1)) {
    try {
      // Raw, since gunzip refuses what follows a member inside a log line.
      yield inflateRawSync(haystack.subarray(at + GZIP_HEADER_BYTES));
    } catch {
      // Bytes that only looked like gzip.
    }
  }
  const text = haystack.toString('latin1');
  for (const [run] of text.matchAll(/[A-Za-z0-9+/_-]{40,}={0,2}/g)) yield Buffer.from(run, 'base64');
  for (const [, run] of text.matchAll(/\\x([0-9a-f]{32,})/g)) yield Buffer.from(run!, 'hex');
}

/**
 * How `value` shows in `haystack`, in any disguise and up to two layers of encoding deep; empty when it does not.
 */
export function tracesOf(value: string, haystack: Buffer, depth = 2): string[] {
  const found = disguises(value)
    .filter(([, bytes]) => haystack.includes(bytes))
    .map(([name]) => name);
  if (depth === 0) return found;
  for (const layer of layersOf(haystack))
    found.push(...tracesOf(value, layer, depth - 1).map((name) => `encoded ${name}`));
  return [...new Set(found)];
}

/** The bytes inside a history's payloads, wherever they stand. */
export function payloadsOf(value: unknown): Buffer[] {
  if (value instanceof Uint8Array) return [Buffer.from(value)];
  if (Array.isArray(value)) return value.flatMap(payloadsOf);
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(payloadsOf);
  return [];
}
