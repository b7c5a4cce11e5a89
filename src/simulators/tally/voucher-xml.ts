import { compactOf } from '../calendar.js';
import type { Book } from './book.js';
import { type FetchNode, under, wants } from './fetch-list.js';
import { goodsLine, type LineStyle, ledgerLine } from './ledger-lines.js';
import type { Voucher } from './model.js';
import { EOL, escapeXml, yesNo } from './xml.js';

/** The company GUID a client sees; a fault may show another than the book's own. */
export interface Identity {
  book: Book;
  guid: string;
}

export const guidFor = ({ guid }: Identity, { masterId }: { masterId: number }): string =>
  `${guid}-${masterId.toString(16).padStart(8, '0')}`;

const viewOf = ({ invoiceView }: Voucher): string => (invoiceView ? 'Invoice Voucher View' : 'Accounting Voucher View');

/** An order has an invoice's view and is none. */
const isInvoice = ({ invoiceView, type }: Voucher): boolean => invoiceView && type.class !== 'not_accounting';

/** Begins with the voucher's date, so a change of date changes it. */
const keyOf = (identity: Identity, { day, sequence }: Voucher): string =>
  `${identity.guid}-${day.toString(16).padStart(8, '0')}:${sequence.toString(16).padStart(8, '0')}`;

const isDebitFirst = ({ legs }: Voucher): boolean => (legs[0]?.paise ?? 0) < 0;
const EMPTY_LEGS = `     <ALLLEDGERENTRIES.LIST>      </ALLLEDGERENTRIES.LIST>${EOL}`;
const EMPTY_GOODS = `     <ALLINVENTORYENTRIES.LIST>     </ALLINVENTORYENTRIES.LIST>${EOL}`;

// Whole constants, since putting them together anew for each of 200,000 vouchers is time a benchmark would see.
const SERIAL_TAGS = `     <SERIALMASTER TYPE="String"></SERIALMASTER>${EOL}     <ARESERIALMASTER TYPE="String"></ARESERIALMASTER>${EOL}     <NUMBERINGSTYLE>Auto Retain</NUMBERINGSTYLE>${EOL}`;
const NOT_DELETED_TAGS = `     <ISDELETED>No</ISDELETED>${EOL}     <ASORIGINAL>No</ASORIGINAL>${EOL}`;
const NO_PAYSLIP_TAGS = `     <ASPAYSLIP>No</ASPAYSLIP>${EOL}     <ISDELETEDVCHRETAINED>No</ISDELETEDVCHRETAINED>${EOL}     <ISNEGISPOSSET TYPE="Logical">Yes</ISNEGISPOSSET>${EOL}`;
const SERIES_TAGS = `     <REUSEHOLEID TYPE="Number">0</REUSEHOLEID>${EOL}     <VOUCHERNUMBERSERIES TYPE="String">Default</VOUCHERNUMBERSERIES>${EOL}`;

/** A voucher as a collection shows it: typed, with the fields asked for beside those Tally always sends. */
export function collectionVoucher(identity: Identity, voucher: Voucher, fields: FetchNode, style: LineStyle): string {
  const guid = guidFor(identity, voucher);
  const cancelled = voucher.state === 'cancelled';
  const type = escapeXml(voucher.type.name);
  let text = `    <VOUCHER REMOTEID="${guid}" VCHKEY="${keyOf(identity, voucher)}" VCHTYPE="${type}" OBJVIEW="${viewOf(voucher)}">${EOL}`;
  if (wants(fields, 'DATE')) text += `     <DATE TYPE="Date">${compactOf(voucher.day)}</DATE>${EOL}`;
  if (wants(fields, 'GUID')) text += `     <GUID>${guid}</GUID>${EOL}`;
  if (wants(fields, 'NARRATION') && voucher.narration)
    text += `     <NARRATION TYPE="String">${escapeXml(voucher.narration)}</NARRATION>${EOL}`;
  text += `     <REQUESTORRULE/>${EOL}`;
  if (wants(fields, 'PARTYGSTIN')) text += `     <PARTYGSTIN TYPE="String">${partyGstin(voucher)}</PARTYGSTIN>${EOL}`;
  if (voucher.placeOfSupply && wants(fields, 'PLACEOFSUPPLY'))
    text += `     <PLACEOFSUPPLY TYPE="String">${escapeXml(voucher.placeOfSupply)}</PLACEOFSUPPLY>${EOL}`;
  text += `     <VOUCHERTYPENAME>${type}</VOUCHERTYPENAME>${EOL}`;
  if (wants(fields, 'PARTYLEDGERNAME'))
    text += `     <PARTYLEDGERNAME TYPE="String">${cancelled || !voucher.party ? '' : escapeXml(voucher.party.name)}</PARTYLEDGERNAME>${EOL}`;
  text += `     <VOUCHERNUMBER>${escapeXml(voucher.number)}</VOUCHERNUMBER>${EOL}`;
  if (wants(fields, 'REFERENCE'))
    text += `     <REFERENCE TYPE="String">${escapeXml(voucher.reference ?? '')}</REFERENCE>${EOL}`;
  text += SERIAL_TAGS;
  text += `     <PERSISTEDVIEW>${viewOf(voucher)}</PERSISTEDVIEW>\r\n${NOT_DELETED_TAGS}     <ISDEEMEDPOSITIVE TYPE="Logical">${yesNo(isDebitFirst(voucher))}</ISDEEMEDPOSITIVE>\r\n`;
  if (wants(fields, 'ISPOSTDATED'))
    text += `     <ISPOSTDATED TYPE="Logical">${yesNo(voucher.postDated)}</ISPOSTDATED>${EOL}`;
  if (wants(fields, 'ISOPTIONAL'))
    text += `     <ISOPTIONAL TYPE="Logical">${yesNo(voucher.state === 'optional')}</ISOPTIONAL>${EOL}`;
  if (wants(fields, 'EFFECTIVEDATE'))
    text += `     <EFFECTIVEDATE TYPE="Date">${compactOf(voucher.day)}</EFFECTIVEDATE>${EOL}`;
  if (wants(fields, 'ISCANCELLED')) text += `     <ISCANCELLED TYPE="Logical">${yesNo(cancelled)}</ISCANCELLED>${EOL}`;
  text += `     <ISINVOICE>${yesNo(isInvoice(voucher))}</ISINVOICE>\r\n${NO_PAYSLIP_TAGS}`;
  text += `     <ALTERID TYPE="Number"> ${voucher.alterId}</ALTERID>\r\n     <MASTERID TYPE="Number"> ${voucher.masterId}</MASTERID>\r\n`;
  text += `     <VOUCHERKEY TYPE="Number">${voucher.day * 2 ** 32 + voucher.sequence}</VOUCHERKEY>\r\n     <VOUCHERRETAINKEY TYPE="Number">${voucher.masterId}</VOUCHERRETAINKEY>\r\n`;
  text += SERIES_TAGS;
  const goods = under(fields, 'ALLINVENTORYENTRIES') ?? under(fields, 'INVENTORYENTRIES');
  if (goods) {
    if (voucher.goods.length === 0) text += EMPTY_GOODS;
    for (const line of voucher.goods) text += goodsLine(line, voucher, goods, style);
  }
  const all = under(fields, 'ALLLEDGERENTRIES');
  if (all) {
    if (voucher.legs.length === 0) text += EMPTY_LEGS;
    for (const leg of voucher.legs) text += ledgerLine('ALLLEDGERENTRIES.LIST', leg, all, style);
  }
  const some = fields.fields.get('LEDGERENTRIES');
  if (some)
    for (const leg of voucher.legs)
      if (!(voucher.invoiceView && leg.fromGoods)) text += ledgerLine('LEDGERENTRIES.LIST', leg, some, style);
  return `${text}    </VOUCHER>${EOL}`;
}

/** What stands on the voucher itself: sales of a registered debtor, when the master does not say it differently. */
function partyGstin(voucher: Voucher): string {
  const { party } = voucher;
  if (voucher.partyGstin && voucher.state !== 'cancelled') return escapeXml(voucher.partyGstin);
  if (!party || voucher.state === 'cancelled' || voucher.type.class !== 'sales') return '';
  return escapeXml(party.voucherGstin || party.registrations.at(-1)?.gstin || party.partyGstin);
}

const EVERYTHING: FetchNode = { whole: true, fields: new Map() };

/** A voucher as reports and files show it: untyped, invoice view split into party, taxes and goods. */
export function reportVoucher(identity: Identity, voucher: Voucher, style: LineStyle): string {
  const guid = guidFor(identity, voucher);
  const cancelled = voucher.state === 'cancelled';
  const type = escapeXml(voucher.type.name);
  let text =
    `    <VOUCHER REMOTEID="${guid}" VCHKEY="${keyOf(identity, voucher)}" VCHTYPE="${type}" ACTION="Create" OBJVIEW="${viewOf(voucher)}">${EOL}` +
    `     <OLDAUDITENTRYIDS.LIST TYPE="Number">${EOL}      <OLDAUDITENTRYIDS>-1</OLDAUDITENTRYIDS>${EOL}     </OLDAUDITENTRYIDS.LIST>${EOL}` +
    `     <DATE>${compactOf(voucher.day)}</DATE>${EOL}     <GUID>${guid}</GUID>${EOL}`;
  if (voucher.narration) text += `     <NARRATION>${escapeXml(voucher.narration)}</NARRATION>${EOL}`;
  if (style.emptyTags) text += EMPTY_VOUCHER_TAGS;
  const gstin = partyGstin(voucher);
  if (gstin) text += `     <PARTYGSTIN>${gstin}</PARTYGSTIN>${EOL}`;
  if (voucher.placeOfSupply) text += `     <PLACEOFSUPPLY>${escapeXml(voucher.placeOfSupply)}</PLACEOFSUPPLY>${EOL}`;
  if (voucher.reference) text += `     <REFERENCE>${escapeXml(voucher.reference)}</REFERENCE>${EOL}`;
  text += `     <VOUCHERTYPENAME>${type}</VOUCHERTYPENAME>${EOL}`;
  if (!cancelled && voucher.party)
    text += `     <PARTYLEDGERNAME>${escapeXml(voucher.party.name)}</PARTYLEDGERNAME>${EOL}`;
  text +=
    `     <VOUCHERNUMBER>${escapeXml(voucher.number)}</VOUCHERNUMBER>${EOL}     <PERSISTEDVIEW>${viewOf(voucher)}</PERSISTEDVIEW>${EOL}` +
    `     <VCHGSTCLASS>&#4; Not Applicable</VCHGSTCLASS>${EOL}` +
    `     <EFFECTIVEDATE>${compactOf(voucher.day)}</EFFECTIVEDATE>${EOL}     <ISDELETED>No</ISDELETED>${EOL}` +
    `     <ISOPTIONAL>${yesNo(voucher.state === 'optional')}</ISOPTIONAL>${EOL}     <ISINVOICE>${yesNo(isInvoice(voucher))}</ISINVOICE>${EOL}` +
    `     <ISCANCELLED>${yesNo(cancelled)}</ISCANCELLED>${EOL}     <ISPOSTDATED>${yesNo(voucher.postDated)}</ISPOSTDATED>${EOL}` +
    `     <ALTERID> ${voucher.alterId}</ALTERID>${EOL}     <MASTERID> ${voucher.masterId}</MASTERID>${EOL}` +
    `     <VOUCHERKEY>${voucher.day * 2 ** 32 + voucher.sequence}</VOUCHERKEY>${EOL}`;
  const tag = voucher.invoiceView ? 'LEDGERENTRIES.LIST' : 'ALLLEDGERENTRIES.LIST';
  if (voucher.invoiceView) for (const line of voucher.goods) text += goodsLine(line, voucher, EVERYTHING, style);
  else text += EMPTY_GOODS;
  if (voucher.legs.length === 0) text += EMPTY_LEGS;
  for (const leg of voucher.legs)
    if (!(voucher.invoiceView && leg.fromGoods)) text += ledgerLine(tag, leg, EVERYTHING, style);
  return `${text}     <PAYROLLMODEOFPAYMENT.LIST>      </PAYROLLMODEOFPAYMENT.LIST>${EOL}     <ATTDRECORDS.LIST>      </ATTDRECORDS.LIST>${EOL}    </VOUCHER>${EOL}`;
}

const EMPTY_VOUCHER_TAGS =
  'GSTREGISTRATION CMPGSTIN REQUESTORRULE SERIALMASTER ARESERIALMASTER ENTEREDBY DIFFACTUALQTY ISMSTFROMSYNC ASORIGINAL AUDITED FORJOBCOSTING BASICBUYERNAME BASICDUEDATEOFPYMT CONSIGNEESTATENAME CONSIGNEEPINCODE BASICSHIPDELIVERYNOTE BASICFINALDESTINATION BASICORDERREF BASICSHIPPEDBY BASICSHIPVESSELNO'
    .split(' ')
    .map((name) => `     <${name}/>${EOL}`)
    .join('');
