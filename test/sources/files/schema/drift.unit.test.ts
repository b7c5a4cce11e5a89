import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  COLUMN_TYPES,
  type ColumnType,
  type SchemaColumn,
  StreamSchema,
} from '../../../../src/canonical/stream-schema.js';
import {
  compareSchemas,
  decide,
  rowDrift,
  type SchemaComparison,
  sentenceOfDrift,
} from '../../../../src/sources/files/schema/drift.js';

type Given = Record<string, ColumnType | `${ColumnType}?`>;
/** `?` after the type: nullable. */
const schema = (given: Given, form: StreamSchema['form'] = 'csv'): StreamSchema => ({
  form,
  columns: Object.entries(given).map(([name, type]): SchemaColumn => {
    return { name, type: type.replace('?', '') as ColumnType, nullable: type.endsWith('?') };
  }),
});
const ACCEPTED = schema({ amount_inr: 'decimal', due_date: 'date?', invoice_date: 'date', retailer_phone: 'text?' });
const withChanged = (changed: Given, without: string[] = []): SchemaComparison => {
  const kept = ACCEPTED.columns.filter(({ name }) => !without.includes(name) && !(name in changed));
  return compareSchemas(ACCEPTED, { form: 'csv', columns: [...kept, ...schema(changed).columns] });
};

const anySchema = (form: StreamSchema['form']) =>
  fc
    .uniqueArray(
      fc.record({
        name: fc.constantFrom('V/A', 'V/B', 'V/C', 'V/L/A', 'V/L/B', 'M/A'),
        type: fc.constantFrom(...COLUMN_TYPES),
        nullable: fc.boolean(),
      }),
      { selector: ({ name }) => name },
    )
    .map((columns): StreamSchema => ({ form, columns: columns.sort((a, b) => (a.name < b.name ? -1 : 1)) }));
const form = fc.constantFrom('csv' as const, 'xml' as const);
const twoSchemas = form.chain((of) => fc.tuple(anySchema(of), anySchema(of)));

describe('the schema of a file beside that of its stream', () => {
  it('is the first where there was none', () => {
    expect(compareSchemas(null, ACCEPTED)).toEqual({ verdict: 'first', changes: [], next: ACCEPTED });
  });

  it.each<[string, Given]>([
    ['whole rupees in all of a small file', { amount_inr: 'integer' }],
    ['a column that happens to be empty', { due_date: 'empty?' }],
    ['a number where any text may stand', { retailer_phone: 'integer?' }],
    ['no value missing where some may', { due_date: 'date' }],
  ])('is the same with %s', (_what, changed) => {
    expect(withChanged(changed)).toMatchObject({ verdict: 'same', changes: [], next: ACCEPTED });
  });

  it.each<[string, Given, Given, object[]]>([
    ['a further column', {}, { area: 'empty?' }, [{ column: 'area', change: 'added', to: 'empty' }]],
    ['paise where there were whole rupees', { a: 'integer' }, { a: 'decimal' }, [{ column: 'a', change: 'type' }]],
    ['dates where there was nothing', { a: 'empty' }, { a: 'date' }, [{ change: 'type', from: 'empty', to: 'date' }]],
    ['a value missing', { a: 'date' }, { a: 'date?' }, [{ column: 'a', change: 'nullable', weight: 'quiet' }]],
    ['a column gone that was never read', { a: 'date', area: 'empty?' }, { a: 'date' }, [{ change: 'removed' }]],
  ])('is compatible with %s', (_what, before, after, changes) => {
    const compared = compareSchemas(schema(before), schema(after));
    expect(compared).toMatchObject({ verdict: 'compatible', changes });
    expect(compareSchemas(compared.next, schema(after)).verdict).toBe('same');
  });

  it.each<[string, SchemaComparison, object[]]>([
    ['text for dates', withChanged({ due_date: 'text?' }), [{ column: 'due_date', from: 'date', to: 'text' }]],
    ['a spreadsheet’s numbers for dates', withChanged({ invoice_date: 'integer' }), [{ from: 'date', to: 'integer' }]],
    ['dates for amounts', withChanged({ amount_inr: 'date' }), [{ from: 'decimal', to: 'date' }]],
    ['a column gone', withChanged({}, ['retailer_phone']), [{ column: 'retailer_phone', change: 'removed' }]],
  ])('is not compatible with %s', (_what, compared, changes) => {
    expect(compared).toMatchObject({ verdict: 'incompatible', changes });
  });

  it('lets elements of XML come and go with what was booked, but not those that reading rests on', () => {
    const before = schema({ 'LEDGER/PARENT': 'text', 'VOUCHER/DATE': 'date', 'VOUCHER/NARRATION': 'text?' }, 'xml');
    const vouchers = compareSchemas(before, schema({ 'VOUCHER/DATE': 'date' }, 'xml'));
    expect(vouchers).toMatchObject({ verdict: 'same', next: before });
    const further = compareSchemas(before, schema({ 'VOUCHER/DATE': 'date', 'VOUCHER/UDF': 'text?' }, 'xml'));
    expect(further).toMatchObject({ verdict: 'compatible', changes: [{ change: 'added', weight: 'quiet' }] });
    expect(further.next.columns.map(({ name }) => name)).toContain('LEDGER/PARENT');
    const undated = compareSchemas(before, schema({ 'VOUCHER/NARRATION': 'text?' }, 'xml'));
    expect(undated).toMatchObject({
      verdict: 'incompatible',
      changes: [{ column: 'VOUCHER/DATE', change: 'removed' }],
    });
    expect(undated.next.columns).toContainEqual({ name: 'VOUCHER/DATE', type: 'date', nullable: true });
  });

  it('is always the same as itself, and once accepted', () => {
    fc.assert(
      fc.property(twoSchemas, ([accepted, found]) => {
        expect(compareSchemas(found, found)).toEqual({ verdict: 'same', changes: [], next: found });
        const { next, verdict, changes } = compareSchemas(accepted, found);
        expect(compareSchemas(next, found).verdict).toBe('same');
        expect(StreamSchema.safeParse(next).success).toBe(true);
        expect(verdict === 'same').toBe(changes.length === 0);
      }),
    );
  });

  it('has accepted what came before, unless a column is gone', () => {
    fc.assert(
      fc.property(twoSchemas, ([accepted, found]) => {
        const { next, changes } = compareSchemas(accepted, found);
        fc.pre(!changes.some(({ change }) => change === 'removed'));
        expect(compareSchemas(next, accepted).changes.filter(({ change }) => change !== 'removed')).toEqual([]);
      }),
    );
  });
});

describe('what is done about drift', () => {
  const [same, added] = [withChanged({}), withChanged({ area: 'empty?' })];
  const [mayBeMissing, textForDates] = [withChanged({ invoice_date: 'date?' }), withChanged({ invoice_date: 'text' })];
  const gone = withChanged({ invoice_date: 'text' }, ['retailer_phone']);

  it.each<[string, SchemaComparison, string[]]>([
    ['nothing', same, ['take', 'take', 'take']],
    ['a value that may be missing', mayBeMissing, ['take', 'take', 'take']],
    ['a further column', added, ['take', 'refuse_file', 'take']],
    ['text for dates', textForDates, ['refuse_file', 'refuse_file', 'refuse_rows']],
    ['a column gone', gone, ['refuse_file', 'refuse_file', 'refuse_file']],
  ])('of %s', (_what, comparison, decisions) => {
    const policies = ['evolve', 'freeze', 'quarantine_rows'] as const;
    expect(policies.map((policy) => decide(policy, comparison))).toEqual(decisions);
  });

  it('refuses the rows that do not fit, by column and type, and no others', () => {
    const row = (values: Record<string, string>) => rowDrift({ values, ragged: null }, ACCEPTED);
    expect(row({ invoice_date: '03/05/2026', amount_inr: '5' })).toEqual({
      column: 'invoice_date',
      code: 'SCHEMA_DRIFT',
      message: 'The column held dates until now and this row text: expected dates.',
    });
    expect(row({ invoice_date: '2026-05-03', amount_inr: '5', due_date: '', retailer_phone: '98765' })).toBeNull();
    expect(row({ amount_inr: '5,000' })).toMatchObject({ column: 'amount_inr' });
    expect(rowDrift({ values: {}, ragged: 3 }, ACCEPTED)).toBeNull();
  });

  it('is told in one sentence of columns and types, what breaks first', () => {
    expect([same, mayBeMissing].map(sentenceOfDrift)).toEqual([null, null]);
    expect(sentenceOfDrift(added)).toBe('The columns are not those of before, but fit them: area is new.');
    const many = withChanged({ a: 'text', b: 'text', c: 'text', d: 'text', e: 'text', invoice_date: 'text' });
    expect(sentenceOfDrift(many)).toBe(
      'The columns are not those of before, and do not fit them: invoice_date held dates and now holds text; a is new; b is new; c is new; d is new; and 1 more.',
    );
    expect(sentenceOfDrift(gone)).toContain('retailer_phone is gone');
  });
});
