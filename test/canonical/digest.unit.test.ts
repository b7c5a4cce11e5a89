import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { digestRecords, hashValue } from '../../src/canonical/digest.js';
import type { CanonicalRecord } from '../../src/canonical/records.js';
import { judge } from '../../src/canonical/rules.js';
import { adjustment, documentOf, goodsReturn, invoice, payment, settings } from './draft-examples.js';

const withBill = { ...adjustment, bill: { name: 'B', date: null } };
const { document } = judge(documentOf([invoice, payment, goodsReturn, withBill]), settings);

const sorted = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)))
    : value;

describe('the digest of a document', () => {
  it('is taken over keys that stand sorted, whatever the record', () => {
    expect(document.records.map(({ type }) => type)).toEqual(['invoice', 'payment', 'return', 'adjustment']);
    expect(JSON.stringify(document.records)).toBe(JSON.stringify(document.records, sorted));
  });

  it('covers every field of every record', () => {
    for (const [index, record] of document.records.entries()) {
      for (const key of Object.keys(record)) {
        const changed = document.records.map((other, place) =>
          place === index ? ({ ...other, [key]: 'something else' } as unknown as CanonicalRecord) : other,
        );
        expect(digestRecords(changed, settings.digestKey)).not.toBe(document.digest);
      }
    }
  });

  it('is the keyed hash of the records as JSON with sorted keys, the same on every day', () => {
    const json =
      '[{"amount_inr":42000,"bills":[{"date":"2026-05-03","name":"INV-2026-00142"}],"due_date":"2026-05-17",' +
      '"erp_type":"tally_prime","flags":[],"invoice_date":"2026-05-03","invoice_id":"dist_c4f9ee2a::INV-2026-00142",' +
      '"is_return":false,"opening":false,"original_invoice_id":null,"party_key":"ledger-1",' +
      '"retailer_gst":"27AAPFU0939F1ZV","retailer_name":"Sharma General Store","retailer_phone":"9876543210",' +
      '"source_key":"tally/company-guid/voucher-guid#1","type":"invoice"}]';
    const digest = createHmac('sha256', settings.digestKey).update(json).digest('base64url');
    expect(digest).toHaveLength(43);
    expect(judge(documentOf([invoice]), settings).document.digest).toBe(digest);
    expect(judge(documentOf([invoice]), { ...settings, today: '2026-06-19' }).document.digest).toBe(digest);
  });

  it('is worthless without the distributor’s key, and so is the hash of a bad value', () => {
    const otherKey = Buffer.alloc(32, 8);
    expect(digestRecords(document.records, otherKey)).not.toBe(document.digest);
    expect(hashValue('9876543210', settings.digestKey)).toMatch(/^[0-9a-f]{64}$/);
    expect(hashValue('9876543210', settings.digestKey)).not.toBe(hashValue('9876543210', otherKey));
  });
});
