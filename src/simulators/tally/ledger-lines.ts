import { compactOf, parseDay } from '../calendar.js';
import { type FetchNode, under, wants } from './fetch-list.js';
import type { BankAllocation, BillAllocation, GoodsLine, Leg, Voucher } from './model.js';
import { WILDCARD } from './wildcard.js';
import { creditPeriod, EOL, escapeXml, rupees, yesNo } from './xml.js';

/** How the lines of a voucher are written: `fields` null writes them all. */
export interface LineStyle {
  /** Attributes such as TYPE="Amount", as collections have them. */
  typed: boolean;
  /** The hundred empty tags of a line asked for whole. */
  emptyTags: boolean;
  /** BILLDATE stands in collections, not in reports and files. */
  billDates: boolean;
  /** Bill fields that were named one by one come back blank, as some builds answer. */
  blankNamedBills: boolean;
}

const typed = (style: LineStyle, type: string): string => (style.typed ? ` TYPE="${type}"` : '');

/** Amount as Tally writes it, compound where the line is in foreign currency. */
export function amountText(leg: Leg, paise = leg.paise): string {
  if (!leg.foreign) return rupees(paise);
  const { cents, ratePaise } = leg.foreign;
  const sign = paise < 0 ? '-' : '';
  return `${sign}$${rupees(Math.abs(cents))} @ ₹${rupees(ratePaise)}/$ = ${sign}₹${rupees(Math.abs(paise))}`;
}

/** One ledger line under the list's own tag, such as ALLLEDGERENTRIES.LIST. */
export function ledgerLine(tag: string, leg: Leg, fields: FetchNode, style: LineStyle): string {
  // A line asked for whole brings all it has, untyped, between its empty tags; named fields come typed.
  if (fields.whole || fields.fields.has('*')) return wholeLine(tag, leg, style);
  let text = `     <${tag}>${EOL}`;
  if (wants(fields, 'LEDGERNAME'))
    text += `      <LEDGERNAME${typed(style, 'String')}>${escapeXml(leg.ledger.name)}</LEDGERNAME>${EOL}`;
  if (wants(fields, 'ISDEEMEDPOSITIVE'))
    text += `      <ISDEEMEDPOSITIVE${typed(style, 'Logical')}>${yesNo(leg.paise < 0)}</ISDEEMEDPOSITIVE>${EOL}`;
  if (wants(fields, 'ISPARTYLEDGER'))
    text += `      <ISPARTYLEDGER${typed(style, 'Logical')}>${yesNo(isParty(leg))}</ISPARTYLEDGER>${EOL}`;
  if (wants(fields, 'AMOUNT')) text += `      <AMOUNT${typed(style, 'Amount')}>${amountText(leg)}</AMOUNT>${EOL}`;
  const bank = under(fields, 'BANKALLOCATIONS');
  if (bank) text += bankList(leg, bank, style);
  const bills = under(fields, 'BILLALLOCATIONS');
  if (bills) text += billList(leg, bills, style);
  return `${text}     </${tag}>${EOL}`;
}

const isParty = ({ ledger }: Leg): boolean => ledger.kind === 'debtor' || ledger.kind === 'creditor';
const EVERYTHING: FetchNode = { whole: true, fields: new Map() };

function wholeLine(tag: string, leg: Leg, style: LineStyle): string {
  const { emptyTags } = style;
  const sign = yesNo(leg.paise < 0);
  const full = emptyTags ? WILDCARD : NOTHING;
  return (
    `     <${tag}>${EOL}${full.audit}${full.beforeName}` +
    `      <LEDGERNAME>${escapeXml(leg.ledger.name)}</LEDGERNAME>${EOL}${full.afterName}` +
    `      <ISDEEMEDPOSITIVE>${sign}</ISDEEMEDPOSITIVE>${EOL}${full.afterSign}` +
    `      <ISPARTYLEDGER>${yesNo(isParty(leg))}</ISPARTYLEDGER>${EOL}${full.afterParty}` +
    `      <ISLASTDEEMEDPOSITIVE>${sign}</ISLASTDEEMEDPOSITIVE>${EOL}${full.afterLastSign}` +
    `      <AMOUNT>${amountText(leg)}</AMOUNT>${EOL}${full.afterAmount}` +
    `${bankList(leg, EVERYTHING, style)}${billList(leg, EVERYTHING, style)}${full.afterBills}     </${tag}>${EOL}`
  );
}

const NOTHING: typeof WILDCARD = {
  audit: '',
  beforeName: '',
  afterName: '',
  afterSign: '',
  afterParty: '',
  afterLastSign: '',
  afterAmount: '',
  afterBills: '',
};

const NO_BILL_LIST = `      <BILLALLOCATIONS.LIST>      </BILLALLOCATIONS.LIST>${EOL}`;
const NO_BANK_LIST = `      <BANKALLOCATIONS.LIST>      </BANKALLOCATIONS.LIST>${EOL}`;

function billList(leg: Leg, fields: FetchNode, style: LineStyle): string {
  if (leg.bills.length === 0) return NO_BILL_LIST;
  let text = '';
  for (const bill of leg.bills) text += billElement(leg, bill, fields, style);
  return text;
}

function billElement(leg: Leg, bill: BillAllocation, fields: FetchNode, style: LineStyle): string {
  const blank = style.blankNamedBills && !fields.whole;
  let text = `      <BILLALLOCATIONS.LIST>${EOL}`;
  if (style.billDates && wants(fields, 'BILLDATE') && bill.kind !== 'On Account')
    text += `       <BILLDATE TYPE="Date">${blank ? '' : compactOf(bill.day)}</BILLDATE>${EOL}`;
  if (fields.whole) text += `       <YEAREND/>${EOL}`;
  if (wants(fields, 'NAME'))
    text += bill.name === null || blank ? `       <NAME/>${EOL}` : `       <NAME>${escapeXml(bill.name)}</NAME>${EOL}`;
  if (wants(fields, 'BILLCREDITPERIOD'))
    text += `       ${creditPeriod(blank ? '' : bill.credit, bill.day, literalDay(bill.credit))}${EOL}`;
  if (fields.whole)
    text += `       <TDSDEDUCTEESECTIONNUMBER/>${EOL}       <TDSLEDGERNC/>${EOL}       <SERVICETAXLEDGER/>${EOL}`;
  if (wants(fields, 'BILLTYPE'))
    text += `       <BILLTYPE${typed(style, 'String')}>${blank ? 'On Account' : bill.kind}</BILLTYPE>${EOL}`;
  if (fields.whole)
    text += `       <SUMNAME/>${EOL}       <TDSDEDUCTEEISSPECIALRATE>No</TDSDEDUCTEEISSPECIALRATE>${EOL}       <TDSDEDUCTEESPECIALRATE>0</TDSDEDUCTEESPECIALRATE>${EOL}`;
  if (wants(fields, 'AMOUNT')) text += `       <AMOUNT>${amountText(leg, bill.paise)}</AMOUNT>${EOL}`;
  if (fields.whole)
    text += `       <INTERESTCOLLECTION.LIST>       </INTERESTCOLLECTION.LIST>${EOL}       <STBILLCATEGORIES.LIST>       </STBILLCATEGORIES.LIST>${EOL}`;
  return `${text}      </BILLALLOCATIONS.LIST>${EOL}`;
}

const literalDays = new Map<string, number | null>();
function literalDay(credit: string): number | null {
  let day = literalDays.get(credit);
  if (day === undefined) {
    day = parseDay(credit);
    literalDays.set(credit, day);
  }
  return day;
}

function bankList(leg: Leg, fields: FetchNode, style: LineStyle): string {
  const { bank } = leg;
  if (!bank) return NO_BANK_LIST;
  const values: [name: string, type: string, value: string][] = [
    ['INSTRUMENTDATE', 'Date', compactOf(bank.instrumentDay)],
    ['BANKERSDATE', 'Date', bank.clearedOn === null ? '' : compactOf(bank.clearedOn)],
    ['TRANSACTIONTYPE', 'String', bank.transactionType],
    ['INSTRUMENTNUMBER', 'String', bank.instrumentNumber],
    ['TRANSFERMODE', 'String', bank.transferMode],
    ['PAYMENTMODE', 'String', transacted(bank)],
    ['AMOUNT', 'Amount', rupees(leg.paise)],
  ];
  let text = `      <BANKALLOCATIONS.LIST>${EOL}`;
  for (const [name, type, value] of values)
    if (wants(fields, name))
      text +=
        value === '' ? `       <${name}/>${EOL}` : `       <${name}${typed(style, type)}>${value}</${name}>${EOL}`;
  return `${text}      </BANKALLOCATIONS.LIST>${EOL}`;
}

const transacted = ({ clearedOn }: BankAllocation): string => (clearedOn === null ? '' : 'Transacted');

/** One line of goods, with the sales ledger it is booked to standing under it. */
export function goodsLine(line: GoodsLine, voucher: Voucher, fields: FetchNode, style: LineStyle): string {
  const ledger = line.ledger ?? voucher.legs.find(({ fromGoods }) => fromGoods)?.ledger;
  const rate = line.given?.rate ?? `${rupees(line.ratePaise)}/Nos`;
  const quantity = line.given?.quantity ?? `${line.quantity} Nos`;
  const sign = yesNo(line.paise < 0);
  let text = `     <ALLINVENTORYENTRIES.LIST>${EOL}`;
  if (wants(fields, 'STOCKITEMNAME'))
    text += `      <STOCKITEMNAME${typed(style, 'String')}>${escapeXml(line.item)}</STOCKITEMNAME>${EOL}`;
  if (wants(fields, 'ISDEEMEDPOSITIVE'))
    text += `      <ISDEEMEDPOSITIVE${typed(style, 'Logical')}>${sign}</ISDEEMEDPOSITIVE>${EOL}`;
  if (wants(fields, 'RATE')) text += `      <RATE${typed(style, 'Rate')}>${escapeXml(rate)}</RATE>${EOL}`;
  if (wants(fields, 'AMOUNT')) text += `      <AMOUNT${typed(style, 'Amount')}>${rupees(line.paise)}</AMOUNT>${EOL}`;
  if (wants(fields, 'ACTUALQTY'))
    text += `      <ACTUALQTY${typed(style, 'Quantity')}> ${escapeXml(quantity)}</ACTUALQTY>${EOL}`;
  if (wants(fields, 'BILLEDQTY'))
    text += `      <BILLEDQTY${typed(style, 'Quantity')}> ${escapeXml(quantity)}</BILLEDQTY>${EOL}`;
  if (line.given?.godown && under(fields, 'BATCHALLOCATIONS'))
    text +=
      `      <BATCHALLOCATIONS.LIST>${EOL}       <GODOWNNAME>${escapeXml(line.given.godown)}</GODOWNNAME>${EOL}       <BATCHNAME>Primary Batch</BATCHNAME>${EOL}` +
      `       <AMOUNT>${rupees(line.paise)}</AMOUNT>${EOL}       <ACTUALQTY> ${escapeXml(quantity)}</ACTUALQTY>${EOL}       <BILLEDQTY> ${escapeXml(quantity)}</BILLEDQTY>${EOL}      </BATCHALLOCATIONS.LIST>${EOL}`;
  const accounting = under(fields, 'ACCOUNTINGALLOCATIONS');
  if (accounting && ledger)
    text +=
      `      <ACCOUNTINGALLOCATIONS.LIST>${EOL}       <LEDGERNAME>${escapeXml(ledger.name)}</LEDGERNAME>${EOL}` +
      `       <ISDEEMEDPOSITIVE>${sign}</ISDEEMEDPOSITIVE>${EOL}       <AMOUNT>${rupees(line.paise)}</AMOUNT>${EOL}` +
      `       <BILLALLOCATIONS.LIST>       </BILLALLOCATIONS.LIST>${EOL}      </ACCOUNTINGALLOCATIONS.LIST>${EOL}`;
  return `${text}     </ALLINVENTORYENTRIES.LIST>${EOL}`;
}
