import { createHmac } from 'node:crypto';
import type { CanonicalRecord } from './records.js';

/**
 * Digest of a document's records: HMAC-SHA256 with the distributor's digest key, base64url, over their JSON with sorted
 * keys. Keyed, since an unkeyed hash of a phone number is undone in minutes.
 *
 * `buildRecord` makes every record with its keys sorted, so nothing is sorted here: this runs for each document of
 * three years of books.
 */
export const digestRecords = (records: CanonicalRecord[], digestKey: Buffer): string =>
  createHmac('sha256', digestKey).update(JSON.stringify(records)).digest('base64url');

/** `value_hash` of a quarantine line: HMAC-SHA256 of the bad value with the distributor's digest key, hex. */
export const hashValue = (value: string, digestKey: Buffer): string =>
  createHmac('sha256', digestKey).update(value).digest('hex');
