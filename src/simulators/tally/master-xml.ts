import { compactOf } from '../calendar.js';
import { type FetchNode, wants } from './fetch-list.js';
import type { Group, Ledger, PlainMaster, StockItem, VoucherType } from './model.js';
import { guidFor, type Identity } from './voucher-xml.js';
import { creditPeriod, EOL, escapeXml, rupees, yesNo } from './xml.js';

const PRIMARY = '&#4; Primary';

/** Typed fields in collections, bare ones in reports and files. */
type Style = 'typed' | 'bare';

const field = (style: Style, name: string, type: string, value: string): string =>
  `     <${name}${style === 'typed' ? ` TYPE="${type}"` : ''}>${value}</${name}>${EOL}`;

const names = (name: string): string =>
  `     <LANGUAGENAME.LIST>${EOL}      <NAME.LIST TYPE="String">${EOL}       <NAME>${escapeXml(name)}</NAME>${EOL}      </NAME.LIST>${EOL}` +
  `      <LANGUAGEID TYPE="Number"> 1033</LANGUAGEID>${EOL}     </LANGUAGENAME.LIST>${EOL}`;

function common(
  identity: Identity,
  master: { masterId: number; alterId: number },
  fields: FetchNode,
  style: Style,
): string {
  let text = '';
  if (wants(fields, 'ALTERID')) text += field(style, 'ALTERID', 'Number', ` ${master.alterId}`);
  if (wants(fields, 'MASTERID') && style === 'typed') text += field(style, 'MASTERID', 'Number', ` ${master.masterId}`);
  if (wants(fields, 'GUID')) text += field(style, 'GUID', 'String', guidFor(identity, master));
  return text;
}

export function groupXml(identity: Identity, group: Group, fields: FetchNode, style: Style): string {
  const name = escapeXml(group.name);
  const reserved = group.reserved ? name : '';
  let text = `    <GROUP NAME="${name}" RESERVEDNAME="${reserved}">${EOL}${common(identity, group, fields, style)}`;
  if (wants(fields, 'PARENT'))
    text += field(style, 'PARENT', 'String', group.parent ? escapeXml(group.parent) : style === 'typed' ? PRIMARY : '');
  if (wants(fields, 'ISREVENUE')) text += field(style, 'ISREVENUE', 'Logical', 'No');
  return `${text}${names(group.name)}    </GROUP>${EOL}`;
}

export function voucherTypeXml(identity: Identity, type: VoucherType, fields: FetchNode, style: Style): string {
  const name = escapeXml(type.name);
  let text = `    <VOUCHERTYPE NAME="${name}" RESERVEDNAME="${type.reserved ? name : ''}">${EOL}${common(identity, type, fields, style)}`;
  if (wants(fields, 'PARENT')) text += field(style, 'PARENT', 'String', escapeXml(type.parent));
  if (wants(fields, 'ISRESERVED')) text += field(style, 'ISRESERVED', 'Logical', yesNo(type.reserved));
  return `${text}${names(type.name)}    </VOUCHERTYPE>${EOL}`;
}

export function stockItemXml(identity: Identity, item: StockItem, fields: FetchNode): string {
  const name = escapeXml(item.name);
  let text = `    <STOCKITEM NAME="${name}" RESERVEDNAME="">${EOL}${common(identity, item, fields, 'typed')}`;
  if (wants(fields, 'NAME')) text += field('typed', 'NAME', 'String', name);
  if (wants(fields, 'PARENT'))
    text += field('typed', 'PARENT', 'String', item.parent ? escapeXml(item.parent) : PRIMARY);
  if (wants(fields, 'BASEUNITS')) text += field('typed', 'BASEUNITS', 'String', escapeXml(item.unit));
  return `${text}${names(item.name)}    </STOCKITEM>${EOL}`;
}

export function plainMasterXml(
  identity: Identity,
  tag: 'UNIT' | 'GODOWN',
  master: PlainMaster,
  fields: FetchNode,
): string {
  const name = escapeXml(master.name);
  let text = `    <${tag} NAME="${name}" RESERVEDNAME="">${EOL}${common(identity, master, fields, 'typed')}`;
  if (wants(fields, 'NAME')) text += field('typed', 'NAME', 'String', name);
  return `${text}    </${tag}>${EOL}`;
}

/** `closingPaise` is asked for only when the request names CLOSINGBALANCE. */
export function ledgerXml(
  identity: Identity,
  ledger: Ledger,
  fields: FetchNode,
  style: Style,
  closingPaise: (ledger: Ledger) => number,
): string {
  const name = escapeXml(ledger.name);
  let text = `    <LEDGER NAME="${name}" RESERVEDNAME="">${EOL}${common(identity, ledger, fields, style)}`;
  if (wants(fields, 'NAME') && style === 'typed') text += field(style, 'NAME', 'String', name);
  if (wants(fields, 'PARENT')) text += field(style, 'PARENT', 'String', escapeXml(ledger.parent));
  if (wants(fields, 'PARTYGSTIN') && (ledger.partyGstin || style === 'typed'))
    text += field(style, 'PARTYGSTIN', 'String', escapeXml(ledger.partyGstin));
  if (wants(fields, 'ISBILLWISEON')) text += field(style, 'ISBILLWISEON', 'Logical', yesNo(ledger.billWise));
  if (wants(fields, 'BILLCREDITPERIOD'))
    text += ledger.creditPeriod
      ? field(style, 'BILLCREDITPERIOD', 'Due Date', ledger.creditPeriod)
      : `     <BILLCREDITPERIOD/>${EOL}`;
  if (wants(fields, 'LEDGERPHONE') && ledger.landline) text += field(style, 'LEDGERPHONE', 'String', ledger.landline);
  if (wants(fields, 'LEDGERMOBILE') && ledger.mobile) text += field(style, 'LEDGERMOBILE', 'String', ledger.mobile);
  if (wants(fields, 'OPENINGBALANCE'))
    text += field(style, 'OPENINGBALANCE', 'Amount', ledger.openingPaise ? rupees(ledger.openingPaise) : '');
  if (wants(fields, 'CLOSINGBALANCE') && style === 'typed')
    text += field(style, 'CLOSINGBALANCE', 'Amount', rupees(closingPaise(ledger)));
  text += names(ledger.name);
  if (wants(fields, 'LEDGSTREGDETAILS'))
    for (const { from, gstin } of ledger.registrations)
      text +=
        `     <LEDGSTREGDETAILS.LIST>${EOL}      <APPLICABLEFROM>${compactOf(from)}</APPLICABLEFROM>${EOL}` +
        `      <GSTREGISTRATIONTYPE>Regular</GSTREGISTRATIONTYPE>${EOL}      <GSTIN>${gstin}</GSTIN>${EOL}     </LEDGSTREGDETAILS.LIST>${EOL}`;
  if (wants(fields, 'CONTACTDETAILS') && ledger.contactPhone)
    text +=
      `     <CONTACTDETAILS.LIST>${EOL}      <NAME>${name}</NAME>${EOL}      <COUNTRYISDCODE>+91</COUNTRYISDCODE>${EOL}` +
      `      <PHONENUMBER>${ledger.contactPhone}</PHONENUMBER>${EOL}     </CONTACTDETAILS.LIST>${EOL}`;
  if (wants(fields, 'BILLALLOCATIONS')) {
    if (ledger.openingBills.length === 0) text += `     <BILLALLOCATIONS.LIST>      </BILLALLOCATIONS.LIST>${EOL}`;
    for (const { name: bill, day, paise, credit } of ledger.openingBills)
      text +=
        `     <BILLALLOCATIONS.LIST>${EOL}      <BILLDATE>${compactOf(day)}</BILLDATE>${EOL}      <NAME>${escapeXml(bill)}</NAME>${EOL}` +
        `      ${creditPeriod(credit, day, null)}${EOL}      <ISADVANCE>${yesNo(paise > 0)}</ISADVANCE>${EOL}      <OPENINGBALANCE>${rupees(paise)}</OPENINGBALANCE>${EOL}     </BILLALLOCATIONS.LIST>${EOL}`;
  }
  return `${text}    </LEDGER>${EOL}`;
}
