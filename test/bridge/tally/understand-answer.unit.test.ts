import { describe, expect, it } from '@jest/globals';
import { understandAnswer } from '../../../src/bridge/tally/understand-answer.js';

const response = (counters: Record<string, number>, lineErrors: string[] = []): string =>
  `<RESPONSE>\r\n${Object.entries(counters)
    .map(([name, value]) => ` <${name}>${value}</${name}>\r\n`)
    .join('')}${lineErrors.map((words) => ` <LINEERROR>${words}</LINEERROR>\r\n`).join('')}</RESPONSE>`;
const NOTHING = { CREATED: 0, ALTERED: 0, DELETED: 0, LASTVCHID: 0, COMBINED: 0, IGNORED: 0, ERRORS: 0, EXCEPTIONS: 0 };

describe("Tally's answer to an import", () => {
  it('claims a creation, with the id to read it back by, as the specification prints it', () => {
    const answer =
      '<RESPONSE><CREATED>1</CREATED><ALTERED>0</ALTERED><DELETED>0</DELETED><LASTVCHID>12345</LASTVCHID><LASTVCHNUMBER>INV-2026-001</LASTVCHNUMBER></RESPONSE>';
    expect(understandAnswer(answer)).toEqual({ claim: 'created', masterId: 12_345 });
  });

  it('claims a change of what was there, which is what Tally makes of a resend', () => {
    expect(understandAnswer(response({ ...NOTHING, ALTERED: 1, LASTVCHID: 7 }))).toEqual({
      claim: 'altered',
      masterId: 7,
    });
  });

  it('reads the envelope of the newer form as well as the bare one', () => {
    const answer = `<ENVELOPE><HEADER><VERSION>1</VERSION><STATUS>1</STATUS></HEADER><BODY><DATA><IMPORTRESULT><CREATED>1</CREATED><ERRORS>0</ERRORS><LASTVCHID>9</LASTVCHID></IMPORTRESULT></DATA></BODY></ENVELOPE>`;
    expect(understandAnswer(answer)).toEqual({ claim: 'created', masterId: 9 });
  });

  it.each([
    ['Ledger "ABC Trading Co" is not defined', 'MASTER_MISSING'],
    ["Ledger 'X' does not exist!", 'MASTER_MISSING'],
    ["Stock Group 'Primary' does not exist!", 'MASTER_MISSING'],
    ['Voucher Totals do not match!', 'TOTALS_DIFFER'],
    ['Voucher date is missing. Expected a date within the period', 'DATE_NOT_ALLOWED'],
    ['Voucher number INV-2026-001 already exists', 'NUMBER_TAKEN'],
    ['Something nobody has seen before', 'LINE_ERROR'],
  ])('refuses with words: %s', (words, code) => {
    expect(understandAnswer(response(NOTHING, [words]))).toEqual({ claim: 'refused', code, words });
    expect(understandAnswer(response({ ...NOTHING, ERRORS: 1 }, [words]))).toMatchObject({ claim: 'refused', code });
  });

  it.each([
    ['exceptions without a word', { ...NOTHING, EXCEPTIONS: 17 }, 'EXCEPTION_UNEXPLAINED'],
    ['ignored', { ...NOTHING, IGNORED: 1 }, 'IGNORED'],
    ['errors without a word', { ...NOTHING, ERRORS: 1 }, 'LINE_ERROR'],
    ['nothing at all', NOTHING, 'NOTHING_HAPPENED'],
  ])('refuses: %s', (_what, counters, code) => {
    expect(understandAnswer(response(counters))).toMatchObject({ claim: 'refused', code });
  });

  it('does not take a voucher for written that Tally complained about', () => {
    expect(understandAnswer(response({ ...NOTHING, CREATED: 1, LASTVCHID: 3 }, ['Ledger missing']))).toEqual({
      claim: 'unclear',
      code: 'LINE_ERROR',
      words: 'Tally wrote the voucher and complained: Ledger missing',
      masterId: 3,
    });
    expect(understandAnswer(response({ ...NOTHING, CREATED: 1, EXCEPTIONS: 1 }))).toMatchObject({ code: 'LINE_ERROR' });
    expect(understandAnswer(response({ ...NOTHING, CREATED: 2 }))).toMatchObject({
      claim: 'unclear',
      code: 'MORE_THAN_ONE',
    });
  });

  it('takes an answer without counters for a request that was not understood', () => {
    for (const answer of ['<RESPONSE>Unknown Request, cannot be processed</RESPONSE>', '<RESPONSE></RESPONSE>'])
      expect(understandAnswer(answer)).toMatchObject({ claim: 'refused', code: 'REQUEST_NOT_UNDERSTOOD' });
  });

  it('tells apart a company that is not open, since no voucher of it can be written', () => {
    const words = 'Could not set &apos;SVCurrentCompany&apos; to &apos;Sharma&apos;';
    expect(understandAnswer(response(NOTHING, [words]))).toEqual({ claim: 'company_not_open' });
    const envelope = `<ENVELOPE><HEADER><STATUS>0</STATUS></HEADER><BODY><DATA><LINEERROR>${words}</LINEERROR></DATA></BODY></ENVELOPE>`;
    expect(understandAnswer(envelope)).toEqual({ claim: 'company_not_open' });
  });

  it.each([
    ['nothing', ''],
    ['blanks', ' \r\n'],
    ['half an answer', '<RESPONSE><CREATED>1</CREA'],
    ['a web page', '<html><body>502 Bad Gateway</body></html>'],
    ['an export', '<ENVELOPE><HEADER><STATUS>1</STATUS></HEADER><BODY><DATA><COLLECTION/></DATA></BODY></ENVELOPE>'],
    ['no XML', 'CREATED 1'],
  ])('leaves the outcome open when it is %s', (_what, answer) => {
    expect(understandAnswer(answer)).toMatchObject({ claim: 'unclear', code: 'OUTCOME_UNKNOWN' });
  });
});
