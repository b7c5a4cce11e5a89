import { createHmac } from 'node:crypto';
import type { QuarantineMark } from './quarantine.js';
import type { CanonicalRecord } from './records.js';

/**
 * Digest of a document: HMAC-SHA256 with the distributor's digest key, base64url, over the JSON of its records with sorted
 * keys and, where some were quarantined, of the mark that says so. Keyed, since an unkeyed hash of a phone number is
 * undone in minutes.
 *
 * `buildRecord` makes every record with its keys sorted, so nothing is sorted here: this runs for each document of
 * three years of books.
 */
export const digestRecords = (
  records: CanonicalRecord[],
  digestKey: Buffer,
  quarantined: QuarantineMark | null = null,
): string =>
  createHmac('sha256', digestKey)
    .update(JSON.stringify(quarantined === null ? records : { quarantined, records }))
    .digest('base64url');

/** `value_hash` of a quarantine line: HMAC-SHA256 of the bad value with the distributor's digest key, hex. */
export const hashValue = (value: string, digestKey: Buffer): string =>
  createHmac('sha256', digestKey).update(value).digest('hex');
