import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { isoOf } from '../../src/simulators/calendar.js';
import type { Voucher } from '../../src/simulators/tally/model.js';
import { setWatermarkUpdate } from '../../src/workflows/messages.js';
import { booksExpected, booksInBronze } from '../support/books.js';
import { startProgram } from '../support/spawn.js';
import { World } from '../support/world.js';

const today = DateTime.now().setZone('Asia/Kolkata');

describe('books that change behind the counters', () => {
  let world: World;
  let distributorId: string;
  beforeAll(async () => {
    world = await World.start({ seed: 8, months: 16 });
    const onboarding = await world.onboard('consentCompleted');
    distributorId = (await onboarding.handle.result()).distributorId!;
  });
  afterAll(() => world.close());

  const bronzeIsTrue = async () =>
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(world.simulator.totals()));
  const lastQuarantined = async (): Promise<Record<string, number>> => {
    const { rows } = await world.database.pool.query(
      "select totals->'quarantined' as codes from sync_runs where outcome = 'success' order by started_at desc limit 1",
    );
    return rows[0].codes;
  };
  const connector = async (...args: string[]): Promise<readonly string[]> => {
    const config = join(world.connectorFolder, 'altscore-connector.yaml');
    const program = await startProgram('client/connector.js', [...args, '--config', config]);
    expect(await program.ended()).toBe(0);
    return program.lines;
  };
  const editYaml = async (edit: (yaml: string) => string): Promise<void> => {
    await world.programs.connector!.end();
    const file = join(world.connectorFolder, 'altscore-connector.yaml');
    await writeFile(file, edit(await readFile(file, 'utf8')));
    await world.startConnector();
    await world.programs.connector!.waitForLine(/polls for work/);
  };
  const oldest = (type: string, count: number): Voucher[] =>
    [...world.simulator.book.vouchers()]
      .filter(({ type: { class: kind }, state, legs }) =>
        Boolean(kind === type && state === 'regular' && legs[0]?.ledger.kind === 'debtor' && !legs[0].ledger.fault),
      )
      .slice(0, count);

  it('lose what was deleted in Tally, however old, and keep what was only moved', async () => {
    const { simulator } = world;
    for (const voucher of [...oldest('sales', 3), ...oldest('receipt', 2)])
      simulator.mutate({ kind: 'delete', guid: simulator.book.guidOf(voucher) });
    simulator.mutate({ kind: 'backdate', days: 40 });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
    const { rows } = await world.database.pool.query("select count(*)::int from documents where state = 'voided'");
    expect(rows[0].count).toBeGreaterThanOrEqual(5);
  });

  it('are not counted when every new number of the counter is borne by a voucher', async () => {
    world.simulator.requests.length = 0;
    world.simulator.mutate({ kind: 'add_sale' });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    const counted = world.simulator.requests.filter(
      ({ kind, fetch, body }) => kind === 'voucher' && fetch.length === 4 && !body.includes('$AlterID'),
    );
    // Only those that go before each reading of the lookback and of what is dated ahead.
    expect(counted.length).toBeLessThan(12);
    await bronzeIsTrue();
  });

  it('let quarantined records of a party through once its GSTIN is mended', async () => {
    const before = world.simulator.totals().quarantined.INVALID_GSTIN ?? 0;
    const { book } = world.simulator;
    const faulty = book.ledgers.find(({ fault }) => fault === 'INVALID_GSTIN')!;
    world.simulator.mutate({ kind: 'repair_identity', guid: book.guidOf(faulty) });
    expect(world.simulator.totals().quarantined.INVALID_GSTIN ?? 0).toBeLessThan(before);
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
  });

  it('withdraw an invoice that is edited so that it breaks a rule, and its payment with it; both return once it is mended', async () => {
    const { book, mutate } = world.simulator;
    const paid = [...book.vouchers()]
      .filter(({ type, state, legs }) => type.class === 'receipt' && state === 'regular' && !legs[0]?.ledger.fault)
      .flatMap(({ legs: [leg] }) =>
        leg!.bills.map(({ kind, name, day }) => ({ kind, name, day, ledger: leg!.ledger })),
      );
    const invoice = oldest('sales', 1_000).find(({ legs: [leg] }) =>
      paid.some(
        ({ kind, name, day, ledger }) =>
          kind === 'Agst Ref' &&
          ledger === leg!.ledger &&
          leg!.bills.some((bill) => bill.name === name && bill.day === day),
      ),
    )!;
    const guid = book.guidOf(invoice);
    const paidTooEarly = world.simulator.totals().quarantined.INVALID_PAYMENT_DATE!;
    mutate({ kind: 'edit_amount', guid, amountPaise: 60_00_000_00 });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    expect(world.simulator.totals().quarantined.INVOICE_QUARANTINED).toBeGreaterThan(0);
    await bronzeIsTrue();
    expect(await lastQuarantined()).toEqual({ AMOUNT_OUTLIER: 1 });
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');

    // Whoever lost the log still finds it; and the voucher is explained on this screen alone.
    const listed = await connector('quarantine', 'list', '--json');
    const held = listed.map((line) => JSON.parse(line)).filter(({ doc_key }) => doc_key.endsWith(guid));
    expect(held).toMatchObject([{ quarantined: ['AMOUNT_OUTLIER'] }]);
    expect(listed.join()).toContain('INVOICE_QUARANTINED');
    const explained = (await connector('quarantine', 'explain', invoice.number)).join('\n');
    expect(explained).toContain(invoice.legs[0]!.ledger.name);
    expect(explained).toContain('✗ AMOUNT_OUTLIER');

    mutate({ kind: 'edit_amount', guid, amountPaise: -60_00_000_00 });
    // Another invoice was dated after its payment: only the payment is quarantined, and only the invoice is mended.
    const late = [...book.vouchers()].find(({ type, day, legs }) =>
      Boolean(type.class === 'receipt' && legs[0]?.bills.some((bill) => bill.kind === 'Agst Ref' && bill.day > day)),
    )!;
    const tooLate = late.legs[0]!.bills[0]!;
    const sale = [...book.vouchers()].find(
      ({ day, number, type }) => type.class === 'sales' && day === tooLate.day && number === tooLate.name,
    )!;
    mutate({ kind: 'backdate', guid: book.guidOf(sale), days: 5 });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    const { INVOICE_QUARANTINED, INVALID_PAYMENT_DATE } = world.simulator.totals().quarantined;
    expect([INVOICE_QUARANTINED, INVALID_PAYMENT_DATE]).toEqual([undefined, paidTooEarly - 1 || undefined]);
    await bronzeIsTrue();
  });

  it('say what a change of a ledger quarantines, and let it through when a setting accepts it, though Tally stood still', async () => {
    const { book } = world.simulator;
    const ledger = oldest('sales', 1)[0]!.legs[0]!.ledger;
    const deductor = { partyGstin: '27ABCA12345A1DB', registrations: [], voucherGstin: '', wrongCheckDigit: false };
    Object.assign(ledger, deductor, { fault: 'INVALID_GSTIN' });
    book.touchMaster(ledger);
    expect((await world.delta(distributorId)).outcome).toBe('success');
    expect((await lastQuarantined()).INVALID_GSTIN).toBeGreaterThan(0);
    await bronzeIsTrue();

    await editYaml((yaml) => yaml.replace(/^sync:$/m, 'sync:\n  gstin_forms: all'));
    // Nothing in Tally has changed but what our own truth says of this ledger.
    Object.assign(ledger, { fault: null, wrongCheckDigit: true });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');
  });

  it('withdraw every record of a ledger that is no debtor any more, its opening balance too', async () => {
    const { book } = world.simulator;
    const ledger = book.ledgers.find(({ kind, fault, openingPaise }) => kind === 'debtor' && !fault && openingPaise)!;
    Object.assign(ledger, { parent: 'Sundry Creditors', kind: 'creditor' });
    book.touchMaster(ledger);
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
    Object.assign(ledger, { parent: 'Sundry Debtors', kind: 'debtor' });
    book.touchMaster(ledger);
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
  });

  it('clear a post-dated receipt when its day has come, though Tally’s counters stand still', async () => {
    const { book, mutate, totals } = world.simulator;
    const ahead = today.plus({ days: 20 }).toISODate()!;
    const { guid, alterId } = mutate({ kind: 'add_receipt', date: ahead });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    const pending = totals().pendingPayments.count;
    expect(pending).toBeGreaterThan(0);
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');

    // Twenty days pass: the receipt's day moves to today, in the books and in Bronze, and nothing else does.
    const voucher = book.voucher(Number.parseInt(guid.slice(-8), 16))!;
    const counters = { alterId: book.alterId, lastVoucherAlterId: book.lastVoucherAlterId };
    book.change(voucher, { day: book.today });
    Object.assign(book, counters);
    voucher.alterId = alterId!;
    await world.database.pool.query(
      `update bronze_payments set paid_date = $1 where source_key like 'tally/%/' || $2 || '#%'`,
      [today.toISODate(), guid],
    );
    expect((await world.delta(distributorId)).outcome).toBe('success');
    expect(totals().pendingPayments.count).toBe(pending - 1);
    await bronzeIsTrue();
  });

  it('stop the sync when they were rewound to a backup, and are compared anew once a person says so', async () => {
    const { book, mutate } = world.simulator;
    const counters = { alterId: book.alterId, lastVoucherAlterId: book.lastVoucherAlterId };
    const sales = [mutate({ kind: 'add_sale' }), mutate({ kind: 'add_sale' })];
    expect((await world.delta(distributorId)).outcome).toBe('success');
    const read = await booksInBronze(world, distributorId);

    for (const { guid } of sales) book.remove(book.voucher(Number.parseInt(guid.slice(-8), 16))!);
    Object.assign(book, counters);
    const stopped = await world.delta(distributorId);
    expect(stopped).toMatchObject({ outcome: 'aborted', reason: expect.stringContaining('COMPANY_REWOUND') });
    expect(await booksInBronze(world, distributorId)).toEqual(read);

    mutate({ kind: 'edit_amount' });
    const sync = world.client.workflow.getHandle(`sync/${distributorId}`);
    const { watermark } = await world.syncState(distributorId);
    const before = (await world.syncState(distributorId)).last?.runId;
    await sync.executeUpdate(setWatermarkUpdate, {
      args: [{ by: 'Ops', reason: 'restored from a backup', lastSyncAt: watermark.last_sync_at, restored: true }],
    });
    for (let last = before; last === before; last = (await world.syncState(distributorId)).last?.runId)
      await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await world.syncState(distributorId)).last).toMatchObject({ outcome: 'success' });
    await bronzeIsTrue();

    mutate({ kind: 'add_sale' });
    mutate({ kind: 'cancel' });
    expect((await world.delta(distributorId)).outcome).toBe('success');
    await bronzeIsTrue();
  });

  it('are read on in the new company once they were split, and stand as if they had never been', async () => {
    const { book, split, totals } = world.simulator;
    const { company } = split(`${today.minus({ months: 3 }).year}-03-31`, 'Sharma (split)');
    await editYaml((yaml) =>
      yaml.replace(
        /^ {2}company_name: .*$/m,
        `  companies:\n    - { name: ${JSON.stringify(book.company.name)} }\n    - { name: ${company.name}, from: ${isoOf(company.booksFrom)} }`,
      ),
    );
    expect((await world.delta(distributorId)).outcome).toBe('success');
    // The new company was read and counts; what the old one holds of those days counts no more.
    const { rows } = await world.database.pool.query(
      'select count(*)::int from standing_invoices where starts_with(doc_key, $1) and not opening',
      [`tally/${company.guid}/`],
    );
    expect(rows[0].count).toBeGreaterThan(20);
    expect(await booksInBronze(world, distributorId)).toEqual(booksExpected(totals()));
    expect((await world.delta(distributorId)).outcome).toBe('unchanged');
  });
});
