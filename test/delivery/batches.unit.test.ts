import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { CanonicalDocument } from '../../src/canonical/records.js';
import { judge } from '../../src/canonical/rules.js';
import { DEFAULT_MAX_BYTES, planBatches } from '../../src/delivery/batches.js';
import { DocumentTooLarge } from '../../src/delivery/errors.js';
import { adjustment, documentOf, settings } from '../canonical/draft-examples.js';

const documentWith = (records: number, name = 'voucher'): CanonicalDocument =>
  judge(documentOf(Array(records).fill(adjustment), { docKey: `tally/company/${name}` }), settings).document;
const limits = { maxRecords: 1_000, maxBytes: DEFAULT_MAX_BYTES };
const sizes = (batches: CanonicalDocument[][]) =>
  batches.map((batch) => batch.reduce((sum, document) => sum + document.records.length, 0));

describe('cutting documents into batches', () => {
  it('fills batches to the brim and never over', () => {
    expect(sizes(planBatches(Array(2_001).fill(documentWith(1)), limits))).toEqual([1_000, 1_000, 1]);
  });
  it('makes no batch of nothing', () => {
    expect(planBatches([], limits)).toEqual([]);
  });
  it('never splits a document', () => {
    const documents = [documentWith(600), documentWith(600), documentWith(400), documentWith(1)];
    expect(sizes(planBatches(documents, limits))).toEqual([600, 1_000, 1]);
  });
  it('sends a document alone that exceeds the distributor’s own limit', () => {
    expect(
      sizes(planBatches([documentWith(1), documentWith(30), documentWith(1)], { ...limits, maxRecords: 10 })),
    ).toEqual([1, 30, 1]);
  });
  it('carries voids along, and cuts even a batch of voids at 1,000 documents', () => {
    const batches = planBatches([documentWith(5), ...Array(1_500).fill(documentWith(0))], limits);
    expect(batches.map((batch) => batch.length)).toEqual([1_000, 501]);
    expect(sizes(batches)).toEqual([5, 0]);
  });
  it('refuses a document that fits no batch, naming its key and nothing in it', () => {
    const large = { ...documentWith(1), records: Array(1_001).fill(documentWith(1).records[0]) };
    expect(() => planBatches([large], limits)).toThrow(DocumentTooLarge);
    expect(() => planBatches([documentWith(10)], { ...limits, maxBytes: 1_000 })).toThrow(
      /^Document tally\/company\/voucher has 10 records in \d+ bytes; expected at most 1000 in 1000\.$/,
    );
  });

  it('keeps every document, in order, within the limits of records, documents and bytes', () => {
    const counts = fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 60 });
    fc.assert(
      fc.property(
        counts,
        fc.integer({ min: 12, max: 40 }),
        fc.integer({ min: 8_000, max: 20_000 }),
        (list, maxRecords, maxBytes) => {
          const documents = list.map((records, index) => documentWith(records, `v${index}`));
          const batches = planBatches(documents, { maxRecords, maxBytes });
          expect(batches.flat()).toEqual(documents);
          for (const batch of batches) {
            expect(batch.length).toBeGreaterThan(0);
            expect(sizes([batch])[0]).toBeLessThanOrEqual(maxRecords);
            expect(Buffer.byteLength(JSON.stringify(batch))).toBeLessThanOrEqual(maxBytes + 1);
          }
        },
      ),
      { numRuns: 50 },
    );
  });
});
