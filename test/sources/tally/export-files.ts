/** Small files as Tally exports them, for tests. */

export const file = (objects: string): string =>
  `<ENVELOPE><HEADER><TALLYREQUEST>Import Data</TALLYREQUEST></HEADER><BODY><IMPORTDATA><REQUESTDESC><REPORTNAME>All Masters</REPORTNAME></REQUESTDESC><REQUESTDATA>${objects}</REQUESTDATA></IMPORTDATA></BODY></ENVELOPE>`;

export const line = (ledger: string, amount: string, more = '', list = 'ALLLEDGERENTRIES.LIST'): string =>
  `<${list}><LEDGERNAME>${ledger}</LEDGERNAME><AMOUNT>${amount}</AMOUNT>${more}</${list}>`;

const allocation = (type: string, name: string, amount: string): string =>
  `<BILLALLOCATIONS.LIST><NAME>${name}</NAME><BILLTYPE>${type}</BILLTYPE><AMOUNT>${amount}</AMOUNT></BILLALLOCATIONS.LIST>`;
export const against = (name: string, amount: string): string => allocation('Agst Ref', name, amount);
export const made = (name: string, amount: string): string => allocation('New Ref', name, amount);
export const byBank = '<BANKALLOCATIONS.LIST><TRANSACTIONTYPE>Cheque/DD</TRANSACTIONTYPE></BANKALLOCATIONS.LIST>';

export interface FileVoucher {
  /** Null for a voucher without GUID. */
  id?: number | null;
  alterId?: number;
  type?: string;
  /** Null where PARTYLEDGERNAME is left out. */
  party?: string | null;
  date?: string;
  attributes?: string;
  more?: string;
  lines: string;
}

/** A voucher of a registered party, P unless said otherwise. */
export function voucher(given: FileVoucher): string {
  const { id = 1, type = 'Sales', party = 'P', date = '20250401', attributes = '', more = '', lines } = given;
  const guid = id === null ? '' : `<GUID>c0ffee-${String(id).padStart(8, '0')}</GUID>`;
  const name = party === null ? '' : `<PARTYLEDGERNAME>${party}</PARTYLEDGERNAME>`;
  return `<TALLYMESSAGE><VOUCHER VCHTYPE="${type}"${attributes}><DATE>${date}</DATE>${guid}<ALTERID> ${given.alterId ?? id ?? 0}</ALTERID><VOUCHERTYPENAME>${type}</VOUCHERTYPENAME><VOUCHERNUMBER>${id}</VOUCHERNUMBER>${name}<PARTYGSTIN>27AABCU9601R1ZN</PARTYGSTIN>${more}${lines}</VOUCHER></TALLYMESSAGE>`;
}

export const DEBTORS =
  '<TALLYMESSAGE><GROUP NAME="Sundry Debtors"><PARENT>Current Assets</PARENT></GROUP></TALLYMESSAGE>';
export const debtor = (name: string, more = ''): string =>
  `<TALLYMESSAGE><LEDGER NAME="${name}"><GUID>c0ffee-${name}</GUID><PARENT>Sundry Debtors</PARENT><PARTYGSTIN>27AABCU9601R1ZN</PARTYGSTIN>${more}</LEDGER></TALLYMESSAGE>`;
export const voucherType = (name: string, parent: string): string =>
  `<TALLYMESSAGE><VOUCHERTYPE NAME="${name}"><PARENT>${parent}</PARENT></VOUCHERTYPE></TALLYMESSAGE>`;
