import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import type { Voucher } from '../../src/simulators/tally/model.js';
import { ConnectorAlone } from './connector-alone.js';
import { play } from './play.js';
import type { Step } from './steps.js';

const dayAt = (aheadDays: number): string =>
  DateTime.now().setZone('Asia/Kolkata').plus({ days: aheadDays }).toISODate()!;
/** About as many as a delta of this book asks of Tally. */
const QUESTIONS = 16;

/** What any sequence of steps once came upon, each by its name. */
describe('Bronze is what the books are although', () => {
  let alone: ConnectorAlone;
  beforeAll(async () => {
    alone = await ConnectorAlone.start(11);
  });
  beforeEach(() => alone.reset());
  afterAll(() => alone.close());

  const change = (mutation: Extract<Step, { do: 'change' }>['mutation']): Step => ({ do: 'change', mutation });
  const [sync, backUp, restore, tell]: Step[] = [
    { do: 'sync' },
    { do: 'back up Tally' },
    { do: 'restore Tally' },
    { do: 'tell that Tally was restored' },
  ];
  const vouchers = (): Voucher[] => [...alone.simulator.book.vouchers()];

  it('a slip of the finger moved a voucher years ahead', async () => {
    await play(alone, [change({ kind: 'redate', nth: 0, date: dayAt(3_000) })]);
    await play(alone, [change({ kind: 'redate', nth: 0, date: dayAt(3_000) }), sync!, change({ kind: 'edit_back' })]);
  });

  it('Tally left a changed voucher out of one or two answers in a row', async () => {
    for (let after = 0; after < QUESTIONS; after += 1)
      await play(alone, [
        change({ kind: 'add_sale', date: dayAt(-60) }),
        { do: 'tally fails', fault: { kind: 'zero_rows', on: ['voucher'], after, times: 1 + (after % 2) } },
        sync!,
      ]);
  });

  it('a bill was dated back to before a payment that was refused for coming before its bill', async () => {
    const refused = vouchers().find(({ type, day, legs }) =>
      Boolean(type.class === 'receipt' && legs[0]?.bills.some((bill) => bill.kind === 'Agst Ref' && bill.day > day)),
    )!;
    const { name, day } = refused.legs[0]!.bills[0]!;
    const sale = vouchers().find(({ number, day: dated }) => number === name && dated === day)!;
    const guid = alone.simulator.book.guidOf(sale);
    expect(alone.holds(alone.simulator.book.guidOf(refused))).toBe(false);
    await play(alone, [change({ kind: 'backdate', guid, days: day - refused.day })]);
    expect(alone.holds(alone.simulator.book.guidOf(refused))).toBe(true);
  });

  it('other ledgers were changed after a backup was restored, up to the same counter', async () => {
    const { book } = alone.simulator;
    const debtors = vouchers()
      .map(({ legs }) => legs[0]?.ledger)
      .filter((ledger) => ledger?.kind === 'debtor' && !ledger.fault);
    const [one, other] = [...new Set(debtors)].map((ledger) => book.guidOf(ledger!));
    await play(alone, [
      backUp!,
      change({ kind: 'regroup_ledger', guid: one }),
      sync!,
      restore!,
      change({ kind: 'regroup_ledger', guid: other }),
      tell!,
    ]);
  });

  it('Tally named no vouchers of a ledger that was mended', async () => {
    for (let after = 0; after < QUESTIONS; after += 1)
      await play(alone, [
        change({ kind: 'repair_identity', nth: 0 }),
        { do: 'tally fails', fault: { kind: 'zero_rows', after, times: 1 } },
        sync!,
      ]);
  });

  it('the store was restored to before a person spoke of Tally’s restored backup', async () => {
    await play(alone, [
      backUp!,
      change({ kind: 'add_sale' }),
      change({ kind: 'add_sale' }),
      sync!,
      { do: 'dump the store' },
      restore!,
      tell!,
      change({ kind: 'edit_amount', nth: 3, amountPaise: 77_00 }),
      sync!,
      { do: 'restore the store' },
    ]);
  });

  it('a voucher was edited and then edited back to what it was', async () => {
    const edit = change({ kind: 'edit_amount', nth: 2, amountPaise: 123_45 });
    await play(alone, [edit, sync!, change({ kind: 'edit_back' })]);
    await play(alone, [edit, change({ kind: 'edit_back' })]);
    await play(alone, [change({ kind: 'cancel', nth: 2 }), sync!, change({ kind: 'edit_back' })]);
  });

  it('a voucher was moved to a day already counted while the deleted ones were looked for', async () => {
    for (let after = 0; after < QUESTIONS; after += 1) {
      await alone.reset();
      alone.simulator.mutate({ kind: 'delete', nth: 9 });
      alone.simulator.setFault({ kind: 'voucher_moved', on: ['voucher'], after, times: 1 });
      expect(await alone.sync()).toBe('success');
      const [latest] = vouchers().sort((one, other) => other.alterId - one.alterId);
      expect(alone.holds(alone.simulator.book.guidOf(latest!))).toBe(true);
    }
  });
});
