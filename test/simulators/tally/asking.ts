import { XMLParser } from 'fast-xml-parser';

/** A small client of its own: builds requests as text and knows nothing of the simulator. */

export interface CollectionRequest {
  type: 'Company' | 'Group' | 'Ledger' | 'VoucherType' | 'Voucher' | 'StockItem' | 'Unit' | 'Godown';
  fetch: string;
  company?: string;
  from?: string;
  to?: string;
  /** Writes the dates without TYPE="Date". */
  untyped?: boolean;
  filter?: string;
}

export function collectionRequest({ type, fetch, company, from, to, untyped, filter }: CollectionRequest): string {
  const attribute = untyped ? '' : ' TYPE="Date"';
  return `<ENVELOPE><HEADER><VERSION>1</VERSION><TALLYREQUEST>Export</TALLYREQUEST><TYPE>Collection</TYPE><ID>Asked</ID></HEADER><BODY><DESC><STATICVARIABLES><SVEXPORTFORMAT>$$SysName:XML</SVEXPORTFORMAT>${
    company === undefined ? '' : `<SVCURRENTCOMPANY>${company}</SVCURRENTCOMPANY>`
  }${from === undefined ? '' : `<SVFROMDATE${attribute}>${from}</SVFROMDATE>`}${to === undefined ? '' : `<SVTODATE${attribute}>${to}</SVTODATE>`}</STATICVARIABLES><TDL><TDLMESSAGE>${
    filter === undefined
      ? ''
      : `<SYSTEM TYPE="Formulae" NAME="Chosen">${filter.replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</SYSTEM>`
  }<COLLECTION NAME="Asked" ISMODIFY="No"><TYPE>${type}</TYPE><FETCH>${fetch}</FETCH>${filter === undefined ? '' : '<FILTERS>Chosen</FILTERS>'}</COLLECTION></TDLMESSAGE></TDL></DESC></BODY></ENVELOPE>`;
}

export const reportRequest = (id: string, variables = ''): string =>
  `<ENVELOPE><HEADER><VERSION>1</VERSION><TALLYREQUEST>Export</TALLYREQUEST><TYPE>Data</TYPE><ID>${id}</ID></HEADER><BODY><DESC><STATICVARIABLES>${variables}</STATICVARIABLES></DESC></BODY></ENVELOPE>`;

/** The form of request the integration specification prints. */
export const oldReportRequest = (name: string, variables = ''): string =>
  `<ENVELOPE><HEADER><TALLYREQUEST>Export Data</TALLYREQUEST></HEADER><BODY><EXPORTDATA><REQUESTDESC><REPORTNAME>${name}</REPORTNAME><STATICVARIABLES>${variables}</STATICVARIABLES></REQUESTDESC></EXPORTDATA></BODY></ENVELOPE>`;

export async function askBytes(
  url: string,
  body: string | Buffer,
  contentType = 'text/xml; charset=utf-8',
  signal?: AbortSignal,
): Promise<Buffer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': contentType },
    body: typeof body === 'string' ? body : new Uint8Array(body),
    signal,
  });
  return Buffer.from(await response.arrayBuffer());
}

export const ask = async (url: string, body: string): Promise<string> => (await askBytes(url, body)).toString('utf8');

export type Xml = Record<string, unknown>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  trimValues: true,
});
/** Strips what XML forbids, as every reader of Tally has to, and parses. */
export const parse = (text: string): Xml =>
  parser.parse(text.replace(/&#([0-8]|1[0-9]|2[0-9]|3[01]|11|12);/g, '').replace(/\p{Cc}/gu, ' ')) as Xml;

export const nodes = (value: unknown): Xml[] =>
  (Array.isArray(value) ? value : value === undefined ? [] : [value]).filter(
    (each): each is Xml => each !== null && typeof each === 'object',
  );
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  const [node] = nodes(value);
  return typeof node?.['#text'] === 'string' ? node['#text'] : '';
}
export function at(value: unknown, ...path: string[]): unknown {
  let current: unknown = value;
  for (const name of path) current = nodes(current)[0]?.[name];
  return current;
}

/** Objects of a collection's answer. */
export const objects = (text: string, name: string): Xml[] =>
  nodes(at(parse(text), 'ENVELOPE', 'BODY', 'DATA', 'COLLECTION', name));
