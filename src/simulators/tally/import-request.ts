import { attributeOf, listOf, type Node, nodeOf, textOf } from './nodes.js';

/** What an import brings, as it was written: nothing is looked up yet, and amounts are text. */
export interface ImportRequest {
  /** The VERSION-1 form, which is answered in an envelope. */
  enveloped: boolean;
  /** Names of COMPANY objects to be created. */
  companies: string[];
  ledgers: LedgerObject[];
  vouchers: VoucherObject[];
  /** Objects of other kinds. */
  others: number;
}

export interface LedgerObject {
  name: string;
  parent: string;
  gstin: string;
  billWise: boolean;
  creditPeriod: string;
  mobile: string;
}

export interface BillObject {
  name: string;
  kind: string;
  credit: string;
  amount: string;
}
export interface EntryObject {
  ledger: string;
  amount: string;
  bills: BillObject[];
}
export interface GoodsObject {
  item: string;
  quantity: string;
  rate: string;
  amount: string;
  godowns: string[];
  allocations: EntryObject[];
}
export interface VoucherObject {
  action: string;
  /** Empty where the client gave none. */
  remoteId: string;
  type: string;
  date: string;
  number: string;
  reference: string;
  narration: string;
  party: string;
  partyGstin: string;
  placeOfSupply: string;
  invoiceView: boolean;
  /** ALLLEDGERENTRIES.LIST: every entry of the books. */
  allEntries: EntryObject[];
  /** LEDGERENTRIES.LIST: the entries that the goods do not make. */
  entries: EntryObject[];
  goods: GoodsObject[];
}

const NOT_OBJECTS = ['VOUCHER', 'LEDGER', 'COMPANY'];

/** Null when the body brings no object at all. */
export function importedObjects(body: unknown, enveloped: boolean): ImportRequest | null {
  const messages = listOf(nodeOf(body).TALLYMESSAGE).map(nodeOf);
  const all = (name: string): Node[] => messages.flatMap((message) => listOf(message[name])).map(nodeOf);
  const objects: ImportRequest = {
    enveloped,
    companies: all('COMPANY')
      .filter((node) => actionOf(node) === 'create')
      .map(nameOf),
    ledgers: all('LEDGER').map(ledgerObject),
    vouchers: all('VOUCHER').map(voucherObject),
    others: messages.flatMap(Object.keys).filter((name) => !name.startsWith('@') && !NOT_OBJECTS.includes(name)).length,
  };
  const count = objects.companies.length + objects.ledgers.length + objects.vouchers.length + objects.others;
  return count > 0 ? objects : null;
}

const actionOf = (node: Node): string => (attributeOf(node, 'ACTION') || 'Create').toLowerCase();

/** From the attribute or from any of the elements that hold it. */
const nameOf = (node: Node): string =>
  attributeOf(node, 'NAME') ||
  textOf(node.NAME) ||
  textOf(nodeOf(listOf(node['NAME.LIST'])[0]).NAME) ||
  textOf(nodeOf(nodeOf(listOf(node['LANGUAGENAME.LIST'])[0])['NAME.LIST']).NAME);

const isYes = (value: unknown): boolean => textOf(value).toLowerCase() === 'yes';

function ledgerObject(node: Node): LedgerObject {
  const registration = listOf(node['LEDGSTREGDETAILS.LIST']).map(nodeOf).at(-1);
  return {
    name: nameOf(node),
    parent: textOf(node.PARENT),
    gstin: textOf(registration?.GSTIN) || textOf(node.PARTYGSTIN),
    billWise: isYes(node.ISBILLWISEON),
    creditPeriod: textOf(node.BILLCREDITPERIOD),
    mobile: textOf(node.LEDGERMOBILE),
  };
}

const entryObjects = (list: unknown): EntryObject[] =>
  listOf(list)
    .map(nodeOf)
    .filter((node) => node.LEDGERNAME !== undefined)
    .map((node) => ({
      ledger: textOf(node.LEDGERNAME),
      amount: textOf(node.AMOUNT),
      bills: listOf(node['BILLALLOCATIONS.LIST'])
        .map(nodeOf)
        .filter((bill) => bill.AMOUNT !== undefined)
        .map((bill) => ({
          name: textOf(bill.NAME),
          kind: textOf(bill.BILLTYPE),
          credit: textOf(bill.BILLCREDITPERIOD),
          amount: textOf(bill.AMOUNT),
        })),
    }));

const goodsObjects = (list: unknown): GoodsObject[] =>
  listOf(list)
    .map(nodeOf)
    .filter((node) => node.STOCKITEMNAME !== undefined)
    .map((node) => ({
      item: textOf(node.STOCKITEMNAME),
      quantity: textOf(node.BILLEDQTY) || textOf(node.ACTUALQTY),
      rate: textOf(node.RATE),
      amount: textOf(node.AMOUNT),
      godowns: listOf(node['BATCHALLOCATIONS.LIST'])
        .map((batch) => textOf(nodeOf(batch).GODOWNNAME))
        .filter(Boolean),
      allocations: entryObjects(node['ACCOUNTINGALLOCATIONS.LIST']),
    }));

function voucherObject(node: Node): VoucherObject {
  const view = textOf(node.PERSISTEDVIEW) || attributeOf(node, 'OBJVIEW');
  return {
    action: actionOf(node),
    remoteId: attributeOf(node, 'REMOTEID').trim(),
    type: textOf(node.VOUCHERTYPENAME) || attributeOf(node, 'VCHTYPE'),
    date: textOf(node.DATE),
    number: textOf(node.VOUCHERNUMBER),
    reference: textOf(node.REFERENCE),
    narration: textOf(node.NARRATION),
    party: textOf(node.PARTYLEDGERNAME),
    partyGstin: textOf(node.PARTYGSTIN),
    placeOfSupply: textOf(node.PLACEOFSUPPLY),
    invoiceView: /invoice/i.test(view),
    allEntries: entryObjects(node['ALLLEDGERENTRIES.LIST']),
    entries: entryObjects(node['LEDGERENTRIES.LIST']),
    goods: [...goodsObjects(node['ALLINVENTORYENTRIES.LIST']), ...goodsObjects(node['INVENTORYENTRIES.LIST'])],
  };
}
