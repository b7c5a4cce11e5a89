import type { Day } from '../calendar.js';
import type { Book } from './book.js';
import { type DateForm, writeDay, writeTime } from './dates.js';
import type { Target } from './faults.js';
import type { Comparable, Value } from './filter.js';
import type { Doc, JournalEntry, Partner, Payment, Terms } from './model.js';
import { GROUPS } from './partners.js';
import { type PropertyKind, propertiesOf, type TypeName } from './properties.js';

/** A property of an entity: comparable ones are written from their value, lists write themselves. */
export type Field<Row> =
  | { kind: Comparable; value: (row: Row, book: Book) => Value }
  | { kind: 'list'; value: (row: Row, book: Book, day: (day: Day | null) => string | null) => unknown };

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

type Fields<Row> = Record<string, Field<Row>>;

const number = <Row>(value: (row: Row, book: Book) => number | null): Field<Row> => ({ kind: 'number', value });
const text = <Row>(value: (row: Row, book: Book) => string | null): Field<Row> => ({ kind: 'text', value });
const day = <Row>(value: (row: Row, book: Book) => Day | null): Field<Row> => ({ kind: 'day', value });
const time = <Row>(value: (row: Row, book: Book) => number): Field<Row> => ({ kind: 'time', value });
const list = <Row>(value: (row: Row, book: Book, day: (day: Day | null) => string | null) => unknown): Field<Row> => ({
  kind: 'list',
  value,
});

const yesNo = (value: boolean): 'tYES' | 'tNO' => (value ? 'tYES' : 'tNO');
/** Amounts are doubles; every hundredth document shows it. */
const rupees = (paise: number, entry = 0): number => paise / 100 + (entry % 100 === 99 && paise !== 0 ? 1e-9 : 0);

const UNWRITTEN: Record<PropertyKind, Value | []> = { text: null, numbers: null, dates: null, enums: null, lists: [] };

/** Properties nobody here writes exist all the same, and are null. */
function complete<Row>(type: TypeName, written: Fields<Row>): Map<string, Field<Row>> {
  const fields = new Map<string, Field<Row>>();
  for (const [name, kind] of propertiesOf(type)) {
    const unwritten: Field<Row> =
      kind === 'lists'
        ? { kind: 'list', value: () => UNWRITTEN.lists }
        : { kind: kind === 'numbers' ? 'number' : kind === 'dates' ? 'day' : 'text', value: () => null };
    fields.set(name, written[name] ?? unwritten);
  }
  for (const name of Object.keys(written)) if (!fields.has(name)) throw new Error(`${type} has no property ${name}`);
  return fields;
}

const DOCUMENT: Fields<Doc> = {
  DocEntry: number(({ entry }) => entry),
  DocNum: number(({ number: value }) => value),
  Series: number(({ series }) => series),
  DocType: text(({ service }) => (service ? 'dDocument_Service' : 'dDocument_Items')),
  DocumentSubType: text(({ debitMemo }) => (debitMemo ? 'bod_DebitMemo' : 'bod_None')),
  GSTTransactionType: text(({ debitMemo }) => (debitMemo ? 'gsttrantyp_GSTDebitMemo' : 'gsttrantyp_GSTTaxInvoice')),
  DocObjectCode: text(({ object }) => (object === 13 ? 'oInvoices' : 'oCreditNotes')),
  DocDate: day((doc) => doc.day),
  DocDueDate: day(({ dueDay }) => dueDay),
  TaxDate: day((doc) => doc.day),
  CreationDate: day(({ created }) => created.day),
  UpdateDate: day(({ updated }) => updated.day),
  UpdateTime: time(({ updated }) => updated.second),
  DocTime: text(({ created }) => writeTime(created.second)),
  DataVersion: number(({ dataVersion }) => dataVersion),
  CardCode: text(({ partner }) => partner.cardCode),
  CardName: text(({ cardName }) => cardName),
  PayToCode: text(({ payTo }) => payTo),
  ShipToCode: text(({ partner }) => partner.addresses.find(({ type }) => type === 'bo_ShipTo')?.name ?? null),
  NumAtCard: text(({ customerReference }) => customerReference),
  Comments: text(({ comments }) => comments),
  OriginalRefNo: text(({ originalReference }) => originalReference),
  DocCurrency: text(({ foreign }) => foreign?.currency ?? 'INR'),
  DocRate: number(({ foreign }) => foreign?.rate ?? 1),
  DocTotal: number(({ paise, entry }) => rupees(paise, entry)),
  DocTotalFc: number(({ foreign }) => (foreign ? foreign.cents / 100 : 0)),
  DocTotalSys: number(({ paise }) => rupees(paise)),
  VatSum: number(({ taxPaise }) => rupees(taxPaise)),
  PaidToDate: number(({ paidPaise }) => rupees(paidPaise)),
  RoundingDiffAmount: number(() => 0),
  WTAmount: number(() => 0),
  PaymentGroupCode: number(({ termsGroup }) => termsGroup),
  NumberOfInstallments: number(({ installments }) => installments),
  DocumentStatus: text((doc) => (doc.paidPaise >= doc.paise ? 'bost_Close' : 'bost_Open')),
  Cancelled: text(({ cancel }) => yesNo(cancel !== 'csNo')),
  CancelStatus: text(({ cancel }) => cancel),
  CancelDate: day(() => null),
  BPL_IDAssignedToInvoice: number(() => 1),
  BPLName: text((_, book) => book.company.name),
  VATRegNum: text((_, book) => book.company.gstin),
  FederalTaxID: text(({ partner }) => partner.federalTaxId),
  InvoicePayment: text(({ partner, object }) => yesNo(object === 13 && partner.kind === 'cash')),
  TransNum: number(({ journal }) => journal),
  DocumentLines: list(({ entry, lines }) =>
    lines.map(({ item, description, quantity, paise, taxPaise, base }, index) => ({
      LineNum: index,
      ItemCode: item,
      ItemDescription: description,
      Quantity: quantity,
      Price: quantity === 0 ? 0 : rupees(Math.round(paise / quantity)),
      LineTotal: rupees(paise, entry),
      TaxTotal: rupees(taxPaise),
      GrossTotal: rupees(paise + taxPaise),
      TaxCode: 'GST18',
      TaxPercentagePerRow: 18,
      WarehouseCode: item === null ? null : '01',
      AccountCode: '400100',
      BaseType: base?.type ?? -1,
      BaseEntry: base?.entry ?? null,
      BaseLine: base?.line ?? null,
      LineTaxJurisdictions: [
        { JurisdictionCode: 'CGST9', JurisdictionType: -100, TaxRate: 9, TaxAmount: rupees(Math.floor(taxPaise / 2)) },
        { JurisdictionCode: 'SGST9', JurisdictionType: -110, TaxRate: 9, TaxAmount: rupees(Math.ceil(taxPaise / 2)) },
      ],
    })),
  ),
  DocumentInstallments: list(({ paise, installments, dueDay }, _, write) =>
    Array.from({ length: installments }, (__, index) => ({
      InstallmentId: index + 1,
      DueDate: write(dueDay),
      Percentage: 100 / installments,
      Total: rupees(
        index === installments - 1
          ? paise - Math.floor(paise / installments) * (installments - 1)
          : Math.floor(paise / installments),
      ),
    })),
  ),
  TaxExtension: list(({ partner }) => ({
    StateB: partner.addresses.find(({ type }) => type === 'bo_BillTo')?.state ?? null,
    CountryB: 'IN',
  })),
};

const PAYMENT: Fields<Payment> = {
  DocEntry: number(({ entry }) => entry),
  DocNum: number(({ number: value }) => value),
  Series: number(({ series }) => series),
  DocType: text(({ type }) => type),
  DocTypte: text(({ type }) => type),
  DocObjectCode: text(({ object }) => (object === 24 ? 'bopot_IncomingPayments' : 'bopot_OutgoingPayments')),
  DocDate: day((payment) => payment.day),
  DueDate: day((payment) => payment.day),
  TaxDate: day((payment) => payment.day),
  CardCode: text(({ partner }) => partner?.cardCode ?? null),
  CardName: text(({ partner }) => partner?.name ?? null),
  PayToCode: text(({ partner }) => partner?.billToDefault ?? null),
  DocCurrency: text(({ foreign }) => foreign?.currency ?? 'INR'),
  DocRate: number(({ foreign }) => foreign?.rate ?? 0),
  CashSum: number(({ cashPaise, entry }) => rupees(cashPaise, entry)),
  TransferSum: number(({ transferPaise, entry }) => rupees(transferPaise, entry)),
  TransferDate: day((payment) => (payment.transferPaise > 0 ? payment.day : null)),
  TransferReference: text(({ transferReference }) => transferReference),
  TransferAccount: text(({ transferPaise }) => (transferPaise > 0 ? '100200' : null)),
  CashAccount: text(({ cashPaise }) => (cashPaise > 0 ? '100100' : null)),
  CheckAccount: text(({ checks }) => (checks.length > 0 ? '100300' : null)),
  BillOfExchangeAmount: number(() => 0),
  BankChargeAmount: number(() => 0),
  WTAmount: number(() => 0),
  UnderOverpaymentdifference: number(() => 0),
  Remarks: text(({ remarks }) => remarks),
  Cancelled: text(({ cancelled }) => yesNo(cancelled)),
  CancelStatus: text(({ cancelled }) => (cancelled ? 'csYes' : 'csNo')),
  BPLID: number(() => 1),
  PaymentChecks: list(({ checks }, _, write) =>
    checks.map(({ number: checkNumber, dueDay, bank, paise }, index) => ({
      LineNum: index,
      DueDate: write(dueDay),
      CheckNumber: checkNumber,
      BankCode: bank,
      Branch: null,
      AccounttNum: null,
      Details: null,
      Trnsfrable: 'tNO',
      CheckSum: rupees(paise),
      Currency: 'INR',
      CountryCode: 'IN',
      ManualCheck: 'tNO',
    })),
  ),
  PaymentCreditCards: list(() => []),
  PaymentAccounts: list(() => []),
  PaymentInvoices: list(({ entry, allocations }) =>
    allocations.map((allocation, index) => ({
      LineNum: index,
      DocEntry: allocation.entry,
      DocNum: entry,
      DocLine: allocation.line,
      InvoiceType: allocation.type,
      SumApplied: rupees(allocation.paise, entry),
      AppliedFC: 0,
      PaidSum: rupees(allocation.paise),
      DiscountPercent: allocation.discountPaise === 0 ? 0 : 2,
      TotalDiscount: rupees(allocation.discountPaise),
      InstallmentId: allocation.installment,
      WitholdingTaxApplied: 0,
      LinkDate: null,
    })),
  ),
};

const PARTNER: Fields<Partner> = {
  CardCode: text(({ cardCode }) => cardCode),
  CardName: text(({ name }) => name),
  CardType: text(({ kind }) => (kind === 'supplier' ? 'cSupplier' : 'cCustomer')),
  GroupCode: number(({ groupCode }) => groupCode),
  FederalTaxID: text(({ federalTaxId }) => federalTaxId),
  Cellular: text(({ cellular }) => cellular),
  Phone1: text(({ phone1 }) => phone1),
  BilltoDefault: text(({ billToDefault }) => billToDefault),
  ShipToDefault: text(({ addresses }) => addresses.find(({ type }) => type === 'bo_ShipTo')?.name ?? null),
  PayTermsGrpCode: number(({ termsGroup }) => termsGroup),
  Currency: text(() => 'INR'),
  Valid: text(() => 'tYES'),
  Frozen: text(() => 'tNO'),
  CreateDate: day(({ created }) => created.day),
  CreateTime: time(({ created }) => created.second),
  UpdateDate: day(({ updated }) => updated.day),
  UpdateTime: time(({ updated }) => updated.second),
  DataVersion: number(({ dataVersion }) => dataVersion),
  BPAddresses: list(({ cardCode, addresses }) =>
    addresses.map(({ name, type, gstin, state }, index) => ({
      RowNum: index,
      BPCode: cardCode,
      AddressName: name,
      AddressType: type,
      Street: null,
      City: null,
      ZipCode: null,
      State: state,
      Country: 'IN',
      FederalTaxID: null,
      GSTIN: gstin,
      GstType: gstin === null ? null : 'gstRegularTDSISD',
    })),
  ),
};

const TERMS: Fields<Terms> = {
  GroupNumber: number(({ group }) => group),
  PaymentTermsGroupName: text(({ name }) => name),
  StartFrom: text(({ startFrom }) => startFrom),
  NumberOfAdditionalMonths: number(({ months }) => months),
  NumberOfAdditionalDays: number(({ days }) => days),
  NumberOfInstallments: number(() => 1),
  NumberOfToleranceDays: number(() => 0),
  BaselineDate: text(() => 'bld_PostingDate'),
};

const JOURNAL: Fields<JournalEntry> = {
  JdtNum: number(({ number: value }) => value),
  Number: number(({ number: value }) => value),
  Series: number(() => 17),
  ReferenceDate: day((entry) => entry.day),
  TaxDate: day(({ taxDay }) => taxDay),
  DueDate: day(({ lines }) => lines[0]!.dueDay),
  VatDate: day((entry) => entry.day),
  Memo: text(({ memo }) => memo),
  Reference: text(({ reference }) => reference),
  OriginalJournal: text(({ origin }) => origin),
  Original: number(({ original }) => original),
  JournalEntryLines: list((entry, _, write) =>
    entry.lines.map(({ account, partner, paise, dueDay, reference }, index) => ({
      Line_ID: index,
      AccountCode: account,
      Debit: rupees(Math.max(0, paise)),
      Credit: rupees(Math.max(0, -paise)),
      FCDebit: 0,
      FCCredit: 0,
      FCCurrency: null,
      DueDate: write(dueDay),
      TaxDate: write(entry.taxDay),
      ReferenceDate1: write(entry.day),
      ShortName: partner?.cardCode ?? account,
      ControlAccount: partner ? account : null,
      ContraAccount: null,
      LineMemo: entry.memo,
      Reference1: reference,
      BPLID: 1,
    })),
  ),
};

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

/** A row as JSON holds it: these properties, in this order. */
export function writeRow(
  entity: EntitySet,
  names: readonly string[],
  row: unknown,
  book: Book,
  form: DateForm,
): object {
  const written: Record<string, unknown> = {};
  const write = (value: Day | null): string | null => writeDay(value, form);
  for (const name of names) {
    const field = entity.fields.get(name)!;
    if (field.kind === 'list') written[name] = field.value(row, book, write);
    else {
      const value = field.value(row, book);
      written[name] =
        value === null
          ? null
          : field.kind === 'day'
            ? writeDay(value as Day, form)
            : field.kind === 'time'
              ? writeTime(value as number)
              : value;
    }
  }
  return written;
}
