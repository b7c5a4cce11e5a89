import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { gstinCheckDigit, hasRightCheckDigit, isGstin, normaliseGstin } from '../../src/canonical/gstin.js';
import { normalisePhone } from '../../src/canonical/phone.js';

const DIGITS_AND_CAPITALS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const body = fc.string({ unit: fc.constantFrom(...DIGITS_AND_CAPITALS), minLength: 14, maxLength: 14 });

describe('the check digit of a GSTIN', () => {
  it.each(['27AAPFU0939F1ZV', '29AABCF8078M1C8', '06DELI09652G1DA', '0717UNO00157UNO', '9917SGP29001OST'])(
    'is right in %s, a registration in use',
    (gstin) => expect(hasRightCheckDigit(gstin)).toBe(true),
  );

  it('finds any single wrong character, which is what it is for', () => {
    fc.assert(
      fc.property(body, fc.nat(13), fc.constantFrom(...DIGITS_AND_CAPITALS), (first14, place, other) => {
        const changed = first14.slice(0, place) + other + first14.slice(place + 1);
        const digit = gstinCheckDigit(first14);
        expect(hasRightCheckDigit(first14 + digit)).toBe(true);
        expect(hasRightCheckDigit(changed + digit)).toBe(changed === first14);
      }),
    );
  });
});

describe('the form of a GSTIN', () => {
  it('is the specification’s pattern, or wider where the distributor says so', () => {
    const specification = /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z]{1}[1-9A-Z]{1}Z[0-9A-Z]{1}$/;
    const likely = fc.stringMatching(/^[0-9]{2}[A-Z]{4,5}[0-9]{4,5}[A-Z][0-9A-Z][ZCD1][0-9A-Z]$/);
    fc.assert(
      fc.property(fc.oneof(likely, fc.string()), (gstin) => {
        expect(isGstin(gstin, 'ordinary')).toBe(specification.test(gstin));
        if (isGstin(gstin, 'ordinary')) expect(isGstin(gstin, 'all')).toBe(true);
        if (isGstin(gstin, 'all')) expect(gstin).toHaveLength(15);
      }),
    );
  });

  it.each(['27AAPFU0939F1Z', '27AAPFU0939F1ZVV', '27AAPFU0939F0ZV', ' 27AAPFU0939F1ZV', 'N/A', 'URP'])(
    '"%s" is none',
    (text) => expect(isGstin(text, 'all')).toBe(false),
  );

  it('is compared trimmed and in capitals', () => {
    expect(normaliseGstin(' 27aapfu0939f1zv\n')).toBe('27AAPFU0939F1ZV');
  });
});

describe('a phone number', () => {
  it.each([
    ['9876543210', '9876543210'],
    ['+91 98765-43210', '9876543210'],
    ['+91-98765 43210', '9876543210'],
    ['919876543210', '9876543210'],
    ['09876543210', '9876543210'],
    ['Mob. 6000000000', '6000000000'],
    ['5876543210', null],
    ['987654321', null],
    ['98765432101', null],
    ['929876543210', null],
    ['022-23456789', null],
    ['9876543210, 9876543211', null],
    ['', null],
    ['ask Ravi', null],
  ])('"%s" is %s', (text, expected) => {
    expect(normalisePhone(text)).toBe(expected);
  });
});
