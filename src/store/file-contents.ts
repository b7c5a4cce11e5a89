import { Readable } from 'node:stream';
import type { IdentityVault } from '../ops/identity-vault.js';
import { inTransaction, type Pool, type Queryable } from './database.js';

/** Small enough to be held, large enough that a gigabyte is a thousand rows. */
const PIECE_BYTES = 1024 * 1024;
/** As files on a disk are read: readers hold the rows of a chunk. */
const READ_BYTES = 64 * 1024;

/** Whose piece this is: one cannot be put in another's place, nor into another content. */
const owner = (contentId: string, piece: number): string => `${contentId}/${piece}`;

/**
 * Keeps bytes, sealed piece by piece, in the place of what was kept under the id. Nothing is kept where `content` breaks off.
 *
 * @returns how many bytes
 */
export async function keepContent(
  pool: Pool,
  vault: IdentityVault,
  contentId: string,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  return inTransaction(pool, async (connection) => {
    await connection.query('delete from file_contents where content_id = $1', [contentId]);
    return await addContent(connection, vault, contentId, content);
  });
}

/**
 * Keeps bytes under an id that has none, piece by piece as they come: for those that come slowly, since a transaction would hold
 * its connection as long. The caller drops what was kept where `content` breaks off.
 *
 * @returns how many bytes
 */
export async function addContent(
  db: Queryable,
  vault: IdentityVault,
  contentId: string,
  content: AsyncIterable<Uint8Array>,
): Promise<number> {
  let piece = 0;
  let total = 0;
  for await (const bytes of inPieces(content)) {
    await db.query('insert into file_contents (content_id, piece, bytes, sealed) values ($1, $2, $3, $4)', [
      contentId,
      piece,
      bytes.length,
      vault.seal(bytes, owner(contentId, piece)),
    ]);
    piece += 1;
    total += bytes.length;
  }
  return total;
}

async function* inPieces(content: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of content) {
    for (let at = 0; at < chunk.length; ) {
      const part = chunk.subarray(at, at + PIECE_BYTES - length);
      held.push(part);
      length += part.length;
      at += part.length;
      if (length < PIECE_BYTES) continue;
      yield Buffer.concat(held);
      held = [];
      length = 0;
    }
  }
  if (length > 0) yield Buffer.concat(held);
}

/** What is kept, from `start` on, up to but not with `end`. */
export function openContent(
  pool: Pool,
  vault: IdentityVault,
  contentId: string,
  { start, end }: { start: number; end: number } = { start: 0, end: Number.MAX_SAFE_INTEGER },
): Readable {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (let piece = Math.floor(start / PIECE_BYTES); piece * PIECE_BYTES < end; piece += 1) {
      const { rows } = await pool.query('select sealed from file_contents where content_id = $1 and piece = $2', [
        contentId,
        piece,
      ]);
      if (!rows[0]) return;
      const plain = vault.unseal(rows[0].sealed, owner(contentId, piece));
      const from = piece * PIECE_BYTES;
      const until = Math.min(plain.length, end - from);
      for (let at = Math.max(0, start - from); at < until; at += READ_BYTES)
        yield plain.subarray(at, Math.min(until, at + READ_BYTES));
    }
  }
  return Readable.from(bytes(), { objectMode: false });
}

export async function dropContents(db: Queryable, contentIds: string[]): Promise<void> {
  await db.query('delete from file_contents where content_id = any($1::text[])', [contentIds]);
}
