import { describe, expect, it } from '@jest/globals';
import { IdRegister } from '../../../src/sources/csv/id-register.js';

const claim = (register: IdRegister, number: number, content = 'same') =>
  register.claim({ id: `INV-${number}`, holder: 'somebody', content, line: number }).verdict;

describe('the ids of a file', () => {
  it('are all remembered, with their first line, however many they are', () => {
    const register = new IdRegister();
    for (let number = 1; number <= 50_000; number += 1) expect(claim(register, number)).toBe('new');
    expect(register.claim({ id: 'INV-7', holder: 'other', content: 'same', line: 60_000 })).toEqual({
      verdict: 'reused',
      line: 7,
    });
    expect(claim(register, 49_999)).toBe('same');
    expect(claim(register, 1, 'other')).toBe('repeated');
  });

  it('are forgotten where only the last ones matter, but never one of those', () => {
    const register = new IdRegister(1_000);
    for (let number = 1; number <= 10_000; number += 1) {
      expect(claim(register, number)).toBe('new');
      if (number > 1_000) expect(claim(register, number - 999)).toBe('same');
    }
    expect(claim(register, 1)).toBe('new');
  });
});
