import { EOL } from './xml.js';

const COUNTED =
  'COMPANY GROUP LEDGER COSTCATEGORY COSTCENTRE GODOWN STOCKGROUP STOCKCATEGORY STOCKITEM VOUCHERTYPE CURRENCY UNIT BUDGET CLIENTRULE SERVERRULE STATE TDSRATE TAXCLASSIFICATION STCATEGORY DEDUCTEETYPE ATTENDANCETYPE FBTCATEGORY FBTASSESSEETYPE TARIFFCLASSIFICATION EXCISEDUTYCLASSIFICATION SERIALNUMBER ADJUSTMENTCLASSIFICATION INCOMETAXSLAB INCOMETAXCLASSIFICATION LBTCLASSIFICATION TAXUNIT RETURNMASTER GSTCLASSIFICATION VOUCHERNUMBERSERIES VOUCHER'.split(
    ' ',
  );

/** Counters of changes since the company was opened; `<VOUCHER>4</VOUCHER>` here is no voucher. */
export type ChangeCounters = Partial<Record<string, number>>;

const status = (value: 0 | 1): string =>
  `<ENVELOPE>${EOL} <HEADER>${EOL}  <VERSION>1</VERSION>${EOL}  <STATUS>${value}</STATUS>${EOL} </HEADER>${EOL} <BODY>${EOL}`;
const end = ` </BODY>${EOL}</ENVELOPE>${EOL}`;

export function collectionHead(attributes: string, counters: ChangeCounters): string {
  const counts = COUNTED.map((name) => `    <${name}>${counters[name] ?? 0}</${name}>${EOL}`).join('');
  return `${status(1)}  <DESC>${EOL}   <CMPINFO>${EOL}${counts}   </CMPINFO>${EOL}  </DESC>${EOL}  <DATA>${EOL}   <COLLECTION${attributes}>`;
}
export const collectionEnd = `   </COLLECTION>${EOL}  </DATA>${EOL}${end}`;

export const reportHead = `${status(1)}  <IMPORTDATA>${EOL}   <REQUESTDESC>${EOL}   </REQUESTDESC>${EOL}  </IMPORTDATA>${EOL}  <DATA>${EOL}`;
export const reportEnd = `  </DATA>${EOL}${end}`;

export const fileHead = (company: string): string =>
  `<ENVELOPE>${EOL} <HEADER>${EOL}  <TALLYREQUEST>Import Data</TALLYREQUEST>${EOL} </HEADER>${EOL} <BODY>${EOL}  <IMPORTDATA>${EOL}   <REQUESTDESC>${EOL}` +
  `    <REPORTNAME>All Masters</REPORTNAME>${EOL}    <STATICVARIABLES>${EOL}     <SVCURRENTCOMPANY>${company}</SVCURRENTCOMPANY>${EOL}    </STATICVARIABLES>${EOL}` +
  `   </REQUESTDESC>${EOL}   <REQUESTDATA>${EOL}`;
export const fileEnd = `   </REQUESTDATA>${EOL}  </IMPORTDATA>${EOL}${end}`;

export const failure = (text: string): string =>
  `${status(0)}  <DATA>${EOL}   <LINEERROR>${text}</LINEERROR>${EOL}  </DATA>${EOL}${end}`;

export const RUNNING = '<RESPONSE>TallyPrime Server is Running</RESPONSE>';
export const UNKNOWN_REQUEST = '<RESPONSE>Unknown Request, cannot be processed</RESPONSE>';
export const COUNTERLESS = `<RESPONSE>${EOL}</RESPONSE>${EOL}`;
export const HTML_PAGE =
  '<!DOCTYPE html><html><head><title>Proxy login</title></head><body><p>Please log in<br></body></html>';

/** Ten entities, each ten times the one before: 10^10 letters when someone expands it. */
export const ENTITY_BOMB = `<?xml version="1.0"?>${EOL}<!DOCTYPE ENVELOPE [${EOL} <!ENTITY a0 "ha">${EOL}${Array.from(
  { length: 10 },
  (_, index) => ` <!ENTITY a${index + 1} "${`&a${index};`.repeat(10)}">${EOL}`,
).join(
  '',
)}]>${EOL}<ENVELOPE><HEADER><VERSION>1</VERSION><STATUS>1</STATUS></HEADER><BODY><DATA><COLLECTION><NAME>&a10;</NAME></COLLECTION></DATA></BODY></ENVELOPE>`;
