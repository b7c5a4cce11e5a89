import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasUtgst, stateCode, stateName } from '../../../src/canonical/vouchers/states.js';

const CODES = [...Array(39).keys()]
  .slice(1)
  .map((code) => String(code).padStart(2, '0'))
  .filter((code) => code !== '25' && code !== '28')
  .concat('96', '97');

describe('a state', () => {
  it('is one of the 38 that GST numbers', () => {
    expect(CODES).toHaveLength(38);
    expect(new Set(CODES.map(stateName)).size).toBe(38);
  });

  it('is understood by its name, its code, or both', () => {
    for (const code of CODES) {
      const name = stateName(code);
      for (const text of [code, String(Number(code)), name, `${code}-${name}`, `${code} – ${name.toUpperCase()}`]) {
        expect([text, stateCode(text)]).toEqual([text, code]);
      }
    }
  });

  it.each([
    ['Orissa', '21'],
    ['pondicherry', '34'],
    ['Uttaranchal', '05'],
    ['CHATTISGARH', '22'],
    ['NCT of Delhi', '07'],
    ['New Delhi', '07'],
    ['Telengana', '36'],
    ['Jammu and Kashmir', '01'],
    ['JAMMU & KASHMIR (NEW)', '01'],
    ['Andaman and Nicobar', '35'],
    ['Lakshadweep Islands', '31'],
    ['Dadra and Nagar Haveli and Daman and Diu', '26'],
    ['Daman & Diu', '26'],
    ['Andhra Pradesh (Old)', '37'],
    ['ＫＥＲＡＬＡ', '32'],
    ['  Tamil   Nadu ', '33'],
    ['7', '07'],
  ])('"%s" is %s', (text, code) => expect(stateCode(text)).toBe(code));

  it('of a code that is no longer given is the one it went into', () => {
    expect(stateCode('25')).toBe('26');
    expect(stateCode('28')).toBe('37');
    expect(stateCode('28-Andhra Pradesh (Old)')).toBe('37');
    expect(stateName('25')).toBe('Dadra & Nagar Haveli and Daman & Diu');
  });

  it.each(['', '0', '00', '39', '271', '27-Karnataka', '27-', 'Bombay', 'toString', '&', 'Islands'])(
    '"%s" is none',
    (text) => expect(stateCode(text)).toBeNull(),
  );

  it('is never found by accident, and never fails', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const code = stateCode(text);
        if (code !== null) expect(stateCode(stateName(code))).toBe(code);
      }),
    );
  });

  it('has UTGST where it is a union territory without a legislature', () => {
    expect(CODES.filter(hasUtgst)).toEqual(['04', '26', '31', '35', '38', '97']);
    expect(hasUtgst('25')).toBe(true);
    expect(hasUtgst('x')).toBe(false);
  });

  it('has no name where there is no such code', () => {
    expect(() => stateName('55')).toThrow(RangeError);
  });
});
