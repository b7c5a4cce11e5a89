import type { Day } from '../calendar.js';
import type { Book } from './book.js';
import { type DateForm, writeDay, writeTime } from './dates.js';
import { DOCUMENT } from './document-fields.js';
import type { Target } from './faults.js';
import { complete, type Field, type Fields, number, text } from './fields.js';
import type { Comparable, Value } from './filter.js';
import { JOURNAL } from './journal-fields.js';
import { PARTNER, TERMS } from './master-fields.js';
import type { Doc, JournalEntry, Partner, Payment, Terms } from './model.js';
import { GROUPS } from './partners.js';
import { PAYMENT } from './payment-fields.js';
import type { TypeName } from './properties.js';

export interface EntitySet<Row = unknown> {
  type: TypeName;
  keyName: string;
  keyKind: 'number' | 'text';
  /** In the order of their keys where those are numbers. */
  rows: (book: Book) => readonly Row[];
  fields: Map<string, Field<Row>>;
  /** Change counter of the entity tag; undefined where SAP keeps none. */
  version?: (row: Row) => number;
  /** Documents, of which a restored backup has fewer. */
  grows: boolean;
}

interface Branch {
  id: number;
}
type Group = (typeof GROUPS)[number];

const set = <Row>(definition: Omit<EntitySet<Row>, 'fields'>, fields: Fields<Row>): EntitySet =>
  ({ ...definition, fields: complete(definition.type, fields) }) as unknown as EntitySet;

const documents = (rows: (book: Book) => readonly Doc[]): EntitySet =>
  set(
    { type: 'Document', keyName: 'DocEntry', keyKind: 'number', rows, version: (row) => row.dataVersion, grows: true },
    DOCUMENT,
  );
const payments = (rows: (book: Book) => readonly Payment[]): EntitySet =>
  set({ type: 'Payment', keyName: 'DocEntry', keyKind: 'number', rows, grows: true }, PAYMENT);

/** What the role of the service user may read. */
export const ENTITY_SETS: Partial<Record<Target, EntitySet>> = {
  Invoices: documents((book) => book.invoices.rows),
  CreditNotes: documents((book) => book.creditNotes.rows),
  IncomingPayments: payments((book) => book.payments.rows),
  VendorPayments: payments((book) => book.outgoing.rows),
  JournalEntries: set<JournalEntry>(
    { type: 'JournalEntry', keyName: 'JdtNum', keyKind: 'number', rows: (book) => book.journals, grows: true },
    JOURNAL,
  ),
  BusinessPartners: set<Partner>(
    {
      type: 'BusinessPartner',
      keyName: 'CardCode',
      keyKind: 'text',
      rows: (book) => book.partners,
      version: (row) => row.dataVersion,
      grows: false,
    },
    PARTNER,
  ),
  PaymentTermsTypes: set<Terms>(
    { type: 'PaymentTermsType', keyName: 'GroupNumber', keyKind: 'number', rows: (book) => book.terms, grows: false },
    TERMS,
  ),
  BusinessPartnerGroups: set<Group>(
    { type: 'BusinessPartnerGroup', keyName: 'Code', keyKind: 'number', rows: () => GROUPS_BY_CODE, grows: false },
    { Code: number(({ code }) => code), Name: text(({ name }) => name), Type: text(({ type }) => type) },
  ),
  BusinessPlaces: set<Branch>(
    { type: 'BusinessPlace', keyName: 'BPLID', keyKind: 'number', rows: () => [{ id: 1 }], grows: false },
    {
      BPLID: number(({ id }) => id),
      BPLName: text((_, book) => book.company.name),
      FederalTaxID: text((_, book) => book.company.gstin),
      VATRegNum: text((_, book) => book.company.gstin),
      Disabled: text(() => 'tNO'),
      Country: text(() => 'IN'),
    },
  ),
};

const GROUPS_BY_CODE = [...GROUPS].sort((a, b) => a.code - b.code);

/** Writes rows as JSON holds them: the entity tag, where there is one, and these properties in this order. */
export function rowWriter(
  entity: EntitySet,
  names: readonly string[],
  book: Book,
  form: DateForm,
  tagName: string,
): (row: unknown) => object {
  const fields = names.map((name) => ({ name, field: entity.fields.get(name)! }));
  const writeDate = (value: Day | null): string | null => writeDay(value, form);
  return (row) => {
    const written: Record<string, unknown> = {};
    if (entity.version) written[tagName] = tagOf(entity.version(row));
    for (const { name, field } of fields) {
      if (field.kind === 'list') written[name] = field.value(row, book, writeDate);
      else written[name] = writeValue(field.kind, field.value(row, book), form);
    }
    return written;
  };
}

function writeValue(kind: Comparable, value: Value, form: DateForm): Value {
  if (value === null) return null;
  if (kind === 'day') return writeDay(value as Day, form);
  return kind === 'time' ? writeTime(value as number) : value;
}

/** An entity tag of SAP's form: forty hexadecimal digits. */
const tagOf = (version: number): string =>
  `W/"${version.toString(16).toUpperCase().padStart(40, 'A94A8FE5CCB19BA61C4C0873D391E987982FBBD3')}"`;
