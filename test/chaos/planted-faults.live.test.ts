import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Totals } from '../../src/simulators/tally/index.js';
import { arrive, consented, documentOf, invoice, newDistributor, payment, stage } from '../store/documents-support.js';
import { createTestDatabase, type TestDatabase } from '../support/postgres.js';
import { waitFor } from '../support/wait-for.js';
import { differences } from './comparison.js';
import { VisibilitySampler, visibleWhole } from './visibility.js';

const MONTH = '2026-05';
const INVOICE_PAISE = 42_000_00;
const sumOf = (count: number, paise: number): Totals['byType']['invoices'] => ({
  count,
  paise,
  byMonth: count ? { [MONTH]: { count, paise } } : {},
});

/** Books with so many invoices of one debtor, each of ₹42,000, and one payment of ₹100. */
const booksOf = (invoices: number): Totals => ({
  company: 'Planted Traders',
  guid: 'planted',
  byType: {
    invoices: sumOf(invoices, invoices * INVOICE_PAISE),
    payments: sumOf(1, 100_00),
    returns: sumOf(0, 0),
    adjustments: sumOf(0, 0),
  },
  pendingPayments: { count: 0, paise: 0 },
  voids: { cancelled: 0, reversedPayments: 0 },
  quarantined: {},
  flagged: {},
  flaggedInQuarantine: {},
  ignored: {},
  debtors: [
    {
      guid: 'party-1',
      openingPaise: 0,
      closingPaise: invoices * INVOICE_PAISE - 100_00,
      acceptedPaise: invoices * INVOICE_PAISE - 100_00,
      quarantinedPaise: 0,
    },
  ],
});
const sale = (key: string, sequence = 1) => documentOf(key, sequence, [invoice()]);
const receipt = documentOf('receipt', 1, [payment({ amount_paid_inr: 100 })]);

/** What chaos could not have missed, had a kill left it behind: each fault is planted by hand. */
describe('a planted fault', () => {
  let db: TestDatabase;
  let id: string;
  beforeAll(async () => {
    db = await createTestDatabase();
  });
  afterAll(() => db.drop());
  beforeEach(async () => {
    id = await consented(db.pool);
    await arrive(db.pool, id, [sale('sale-1'), sale('sale-2'), receipt]);
  });

  const compared = async (invoices = 2) => await differences(db.pool, id, booksOf(invoices), 'published');

  it('is told from none', async () => {
    expect(await compared()).toEqual({ lost: 0, doubled: 0, details: [] });
  });

  it('that loses a record, or only some of its paise, is a loss', async () => {
    expect((await compared(3)).lost).toBeGreaterThan(0);
    await db.pool.query(`update bronze_invoices set amount_inr = amount_inr - 0.01 where source_key = 'sale-1#1'`);
    expect(await compared()).toMatchObject({ lost: 2, doubled: 0 });
  });

  it('that brings a record a second time is a doubling, under another key and under its own', async () => {
    await arrive(db.pool, id, [sale('sale-1-again')]);
    expect((await compared()).doubled).toBe(1);
    await db.pool.query(`update bronze_invoices set source_key = 'sale-1#1' where source_key = 'sale-1-again#1'`);
    expect((await compared()).doubled).toBe(2);
  });

  describe('in what readers see', () => {
    /** What the sampler says of books that may become whole with a third sale, when `plant` has befallen them. */
    async function seen(plant: () => Promise<unknown>, distributorId = id): Promise<string[]> {
      const sampler = new VisibilitySampler(db.pool, distributorId);
      sampler.mayBecome(visibleWhole(booksOf(2)));
      sampler.mayBecome(visibleWhole(booksOf(4)));
      const sampled = async () => {
        const before = sampler.samples;
        await waitFor('two samples', () => sampler.samples >= before + 2);
      };
      await sampled();
      expect(sampler.faults).toEqual([]);
      await plant();
      await sampled();
      await sampler.end();
      return sampler.faults;
    }

    it('is none when the books become whole at once', async () => {
      expect(await seen(() => arrive(db.pool, id, [sale('sale-3'), sale('sale-4')]))).toEqual([]);
    });

    it('is a part of what belongs together', async () => {
      expect((await seen(() => arrive(db.pool, id, [sale('sale-3')]))).join()).toMatch(/readers see invoices 3\//);
    });

    it('is what was whole and is gone again', async () => {
      const faults = await seen(async () => {
        await arrive(db.pool, id, [sale('sale-3'), sale('sale-4')]);
        // Long enough to be looked at.
        await new Promise((resolve) => setTimeout(resolve, 300));
        await arrive(
          db.pool,
          id,
          [3, 4].map((number) => documentOf(`sale-${number}`, 2, [])),
        );
      });
      expect(faults.join()).toMatch(/gone again/);
    });

    it('is a change without a publication, a set published in part, and a document that stands before its set', async () => {
      const put = (state: string, key: string) =>
        db.pool.query('update documents set state = $1 where distributor_id = $2 and doc_key = $3', [state, id, key]);
      const gone = (await seen(() => put('staged', 'sale-2'))).join();
      expect(gone).toMatch(/without a publication/);
      expect(gone).toMatch(/still hold staged documents/);
      await put('published', 'sale-2');
      await stage(db.pool, id, [[sale('sale-3')]]);
      expect((await seen(() => put('published', 'sale-3'))).join()).toMatch(/not published have documents that stand/);
    });

    it('is anything at all before consent', async () => {
      const early = await newDistributor(db.pool);
      const sampler = new VisibilitySampler(db.pool, early);
      await arrive(db.pool, early, [sale('sale-1')]);
      await waitFor('two samples', () => sampler.samples >= 2);
      expect(sampler.faults).toEqual([]);
      await db.pool.query(`update documents set state = 'published' where distributor_id = $1`, [early]);
      await waitFor('a fault', () => sampler.faults.some((fault) => fault.includes('before consent')));
      await sampler.end();
    });
  });
});
