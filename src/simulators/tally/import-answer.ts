import { EOL, escapeXml } from './xml.js';

/** Tally's counters of one import, for all objects in it together. */
export interface ImportResult {
  created: number;
  altered: number;
  ignored: number;
  errors: number;
  exceptions: number;
  /** Master id of the last voucher written; 0 for none. */
  lastVoucherId: number;
  lastVoucherNumber: string | null;
  lastMasterId: number;
  lineErrors: string[];
}

export const nothingDone = (): ImportResult => ({
  created: 0,
  altered: 0,
  ignored: 0,
  errors: 0,
  exceptions: 0,
  lastVoucherId: 0,
  lastVoucherNumber: null,
  lastMasterId: 0,
  lineErrors: [],
});

/** A bare RESPONSE, or within an envelope for the VERSION-1 form. */
export function importAnswer(result: ImportResult, enveloped: boolean): string {
  const fields: [name: string, value: string | number][] = [
    ...result.lineErrors.map<[string, string]>((text) => ['LINEERROR', escapeXml(text)]),
    ['CREATED', result.created],
    ['ALTERED', result.altered],
    ['DELETED', 0],
    ['LASTVCHID', result.lastVoucherId],
    ['LASTMID', result.lastMasterId],
    ['COMBINED', 0],
    ['IGNORED', result.ignored],
    ['ERRORS', result.errors],
    ['CANCELLED', 0],
    ['EXCEPTIONS', result.exceptions],
  ];
  if (result.lastVoucherNumber !== null) fields.push(['LASTVCHNUMBER', escapeXml(result.lastVoucherNumber)]);
  const lines = (indent: string): string =>
    fields.map(([name, value]) => `${indent}<${name}>${value}</${name}>${EOL}`).join('');
  if (!enveloped) return `<RESPONSE>${EOL}${lines(' ')}</RESPONSE>${EOL}`;
  return (
    `<ENVELOPE>${EOL} <HEADER>${EOL}  <VERSION>1</VERSION>${EOL}  <STATUS>1</STATUS>${EOL} </HEADER>${EOL} <BODY>${EOL}  <DATA>${EOL}` +
    `   <IMPORTRESULT>${EOL}${lines('    ')}   </IMPORTRESULT>${EOL}  </DATA>${EOL} </BODY>${EOL}</ENVELOPE>${EOL}`
  );
}
