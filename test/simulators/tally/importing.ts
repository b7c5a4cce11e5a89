import { ask, parse, textOf, type Xml } from './asking.js';

/** Builds imports as text, as a client would, and knows nothing of the simulator. */

export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

export interface Entry {
  ledger: string;
  amount: string;
  /** Inner XML. */
  more?: string;
}
export interface Sale {
  remoteId?: string;
  action?: string;
  type?: string;
  date?: string;
  number?: string;
  reference?: string;
  narration?: string;
  party?: string;
  view?: string;
  entries?: Entry[];
  /** LEDGERENTRIES.LIST instead of ALLLEDGERENTRIES.LIST. */
  list?: string;
  /** Further XML within the voucher. */
  more?: string;
}

export const PARTY = 'Bengaluru Kirana Mart';
export const GOOD: Entry[] = [
  { ledger: PARTY, amount: '-1180.00' },
  { ledger: 'Sales', amount: '1000.00' },
  { ledger: 'CGST', amount: '90.00' },
  { ledger: 'SGST', amount: '90.00' },
];

export function voucherXml(sale: Sale = {}): string {
  const { type = 'Sales', action = 'Create', view = 'Accounting Voucher View', list = 'ALLLEDGERENTRIES.LIST' } = sale;
  const remoteId = sale.remoteId === undefined ? '' : ` REMOTEID="${escaped(sale.remoteId)}"`;
  const entries = (sale.entries ?? GOOD).map(
    ({ ledger, amount, more = '' }) =>
      `<${list}><LEDGERNAME>${escaped(ledger)}</LEDGERNAME><ISDEEMEDPOSITIVE>${amount.startsWith('-') ? 'Yes' : 'No'}</ISDEEMEDPOSITIVE><AMOUNT>${amount}</AMOUNT>${more}</${list}>`,
  );
  const { number = 'INV-1' } = sale;
  return `<VOUCHER VCHTYPE="${type}" ACTION="${action}" OBJVIEW="${view}"${remoteId}><DATE>${sale.date ?? '20260502'}</DATE><VOUCHERTYPENAME>${type}</VOUCHERTYPENAME><VOUCHERNUMBER>${escaped(number)}</VOUCHERNUMBER><REFERENCE>${escaped(sale.reference ?? number)}</REFERENCE><PARTYLEDGERNAME>${escaped(sale.party ?? PARTY)}</PARTYLEDGERNAME><PERSISTEDVIEW>${view}</PERSISTEDVIEW><NARRATION>${escaped(sale.narration ?? '')}</NARRATION>${entries.join('')}${sale.more ?? ''}</VOUCHER>`;
}

export const importRequest = (objects: string, company?: string, report = 'Vouchers'): string =>
  `<?xml version="1.0" encoding="UTF-8"?><ENVELOPE><HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER><BODY><IMPORTDATA><REQUESTDESC><REPORTNAME>${report}</REPORTNAME><STATICVARIABLES>${
    company === undefined ? '' : `<SVCURRENTCOMPANY>${escaped(company)}</SVCURRENTCOMPANY>`
  }</STATICVARIABLES></REQUESTDESC><REQUESTDATA><TALLYMESSAGE xmlns:UDF="TallyUDF">${objects}</TALLYMESSAGE></REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`;

export const envelopedImport = (objects: string): string =>
  `<ENVELOPE><HEADER><VERSION>1</VERSION><TALLYREQUEST>Import</TALLYREQUEST><TYPE>Data</TYPE><ID>Vouchers</ID></HEADER><BODY><DESC><STATICVARIABLES></STATICVARIABLES></DESC><DATA><TALLYMESSAGE>${objects}</TALLYMESSAGE></DATA></BODY></ENVELOPE>`;

/** Every field of the bare answer as text. */
export function fieldsOf(answer: string): Record<string, string> {
  const response = parse(answer).RESPONSE;
  if (response === null || typeof response !== 'object') return {};
  return Object.fromEntries(Object.entries(response as Xml).map(([name, value]) => [name, textOf(value)]));
}

export const send = async (url: string, sale: Sale = {}): Promise<Record<string, string>> =>
  fieldsOf(await ask(url, importRequest(voucherXml(sale))));
