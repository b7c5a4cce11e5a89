import fc from 'fast-check';
import type { Fault, Mutation } from '../../src/simulators/tally/index.js';

/** One thing that happens in a distributor's life. The same steps on the same books end the same. */
export type Step =
  | { do: 'change'; mutation: Mutation }
  | { do: 'sync' }
  /** Strikes the requests that follow; what it has not struck when the sync ends is over. */
  | { do: 'tally fails'; fault: Fault }
  | { do: 'trouble'; kind: Trouble }
  | { do: 'back up Tally' }
  /** From the backup taken last. A person says so to the sync later, or when all else is over. */
  | { do: 'restore Tally' }
  | { do: 'tell that Tally was restored' }
  | { do: 'dump the store' }
  /** From the dump taken last, while the sync goes by what it did since. */
  | { do: 'restore the store' };

/** What may befall the parts of the product itself. */
export const TROUBLES = [
  'the API answers 5xx',
  'the ERP is off',
  'the connector is killed',
  'the API is killed',
  'the worker is killed',
  'the sync is lost',
] as const;
export type Trouble = (typeof TROUBLES)[number];

const nth = fc.oneof({ weight: 4, arbitrary: fc.nat(3) }, { weight: 1, arbitrary: fc.nat(60) });
const plain = (kind: Mutation['kind']) => nth.map<Mutation>((which) => ({ kind, nth: which }));
const paise = fc.oneof(fc.integer({ min: 1_00, max: 5_000_00 }), fc.integer({ min: -9_000_00, max: -1 }));

/** Everything an accountant does to a voucher or a ledger. `aheadDays` of a new day are counted from the books' today. */
const mutation = (dayAt: (aheadDays: number) => string): fc.Arbitrary<Mutation> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant<Mutation>({ kind: 'add_sale' }) },
    { weight: 3, arbitrary: fc.constant<Mutation>({ kind: 'add_receipt' }) },
    fc.integer({ min: 0, max: 40 }).map<Mutation>((days) => ({ kind: 'add_receipt', date: dayAt(days) })),
    fc.integer({ min: -120, max: 0 }).map<Mutation>((days) => ({ kind: 'add_sale', date: dayAt(days) })),
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant('edit_amount' as const), nth, amountPaise: paise }),
    },
    plain('edit_bills'),
    { weight: 3, arbitrary: plain('edit_back') },
    plain('change_party'),
    plain('change_type'),
    { weight: 2, arbitrary: plain('cancel') },
    { weight: 3, arbitrary: plain('delete') },
    plain('make_optional'),
    plain('make_regular'),
    { weight: 2, arbitrary: plain('bounce') },
    plain('renumber'),
    fc.record({ kind: fc.constant('backdate' as const), nth, days: fc.integer({ min: 1, max: 60 }) }),
    // A slip of the finger moves a voucher years ahead.
    fc
      .tuple(nth, fc.oneof(fc.integer({ min: -90, max: 0 }), fc.constantFrom(3, 200, 500, 3_000)))
      .map<Mutation>(([which, days]) => ({ kind: 'redate', nth: which, date: dayAt(days) })),
    plain('rename_ledger'),
    plain('regroup_ledger'),
    plain('repair_identity'),
  );

/** What looks like an answer and is short is told by the answer before or after: so not twice in a row. */
const SILENT = ['fewer_vouchers', 'zero_rows'] as const;
const LOUD = ['cut', 'refuse', 'empty_body', 'counterless', 'voucher_added', 'voucher_moved'] as const;
const after = fc.nat(25);
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constantFrom(...SILENT), times: fc.constant(1), after }),
  fc.record({ kind: fc.constantFrom(...LOUD), times: fc.integer({ min: 1, max: 2 }), after }),
);

/** Any sequence of them, at most `longest`; `troubles` are those the world at hand can stand. */
export function steps(
  dayAt: (aheadDays: number) => string,
  { longest, troubles }: { longest: number; troubles: readonly Trouble[] },
): fc.Arbitrary<Step[]> {
  const step = fc.oneof(
    { weight: 12, arbitrary: mutation(dayAt).map<Step>((change) => ({ do: 'change', mutation: change })) },
    { weight: 5, arbitrary: fc.constant<Step>({ do: 'sync' }) },
    { weight: 2, arbitrary: fault.map<Step>((which) => ({ do: 'tally fails', fault: which })) },
    {
      weight: troubles.length > 0 ? 2 : 0,
      arbitrary: fc.constantFrom(...troubles).map<Step>((kind) => ({ do: 'trouble', kind })),
    },
    ...(
      ['back up Tally', 'restore Tally', 'tell that Tally was restored', 'dump the store', 'restore the store'] as const
    ).map((what) => ({ weight: 1, arbitrary: fc.constant<Step>({ do: what }) })),
  );
  return fc.array(step, { maxLength: longest, size: 'max' });
}

/** A step a line, for a person who reads what failed. */
export const inWords = (all: readonly Step[]): string =>
  all
    .map((step) => {
      if (step.do === 'change') return `${step.do} ${JSON.stringify(step.mutation)}`;
      if (step.do === 'tally fails') return `${step.do} ${JSON.stringify(step.fault)}`;
      return step.do === 'trouble' ? step.kind : step.do;
    })
    .join('\n');
