import { describe, expect, it } from '@jest/globals';
import { redactSentence, redactXml } from '../../src/canonical/redaction.js';

describe('a sentence about a voucher', () => {
  it.each([
    [`Ledger 'Krishna Kirana' does not exist!`, `Ledger '…' does not exist!`],
    [`There is no ledger "Krishna 2" Pipes"; did you mean "Krishna"?`, `There is no ledger "…"?`],
    [`Ledger 'Sharma's Store' and 'Krishnas' Store' are missing.`, `Ledger '…' are missing.`],
    [`The party's state and the seller's differ.`, `The party's state and the seller's differ.`],
    ['Krishna Kirana & Sons is another than KRISHNA KIRANA & SONS.', '… is another than ….'],
    ['29AABCT1332L1Z2 of +91 98765 43210 owes 118.00 of 2026-05-14.', '… of +… owes 118.00 of 2026-05-14.'],
  ])('%s', (said, shown) => {
    expect(redactSentence(said, ['Krishna Kirana', 'Krishna Kirana & Sons'])).toBe(shown);
  });
});

describe('what was said to Tally', () => {
  it('keeps its shape and its amounts alone', () => {
    expect(
      redactXml(
        `<VOUCHER VCHTYPE="Sales" ACTION="Create" REMOTEID="abc"><DATE>20260514</DATE><PARTYLEDGERNAME>Krishna</PARTYLEDGERNAME>
         <LEDGER NAME='Krishna'/><AMOUNT>-118.00</AMOUNT><PHONE>9876543210</PHONE><ISINVOICE>Yes</ISINVOICE></VOUCHER>`,
      ),
    ).toBe(
      `<VOUCHER VCHTYPE="Sales" ACTION="Create" REMOTEID="…"><DATE>20260514</DATE><PARTYLEDGERNAME>…</PARTYLEDGERNAME>
         <LEDGER NAME="…"/><AMOUNT>-118.00</AMOUNT><PHONE>…</PHONE><ISINVOICE>Yes</ISINVOICE></VOUCHER>`,
    );
    expect(redactXml('no XML, of Krishna')).toBe('…');
  });
});
