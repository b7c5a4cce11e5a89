import type { Random } from './random.js';

const SYMBOLS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LETTERS = SYMBOLS.slice(10);
const STATES = ['03', '06', '07', '09', '19', '24', '27', '29', '33', '36'];

/** Check character of the first fourteen (GSTN's mod-36 scheme: weights 1 and 2, digits of the product added). */
export function gstinCheckCharacter(first14: string): string {
  let sum = 0;
  for (let index = 0; index < 14; index += 1) {
    const product = SYMBOLS.indexOf(first14[index]!) * (index % 2 === 0 ? 1 : 2);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return SYMBOLS[(36 - (sum % 36)) % 36]!;
}

/** A checksum-valid GSTIN of the ordinary form. */
export function makeGstin(random: Random): string {
  let first14 = random.pick(STATES);
  for (let index = 0; index < 5; index += 1) first14 += LETTERS[random.int(0, 25)];
  first14 += String(random.int(0, 9999)).padStart(4, '0');
  first14 += `${LETTERS[random.int(0, 25)]}${random.int(1, 9)}Z`;
  return first14 + gstinCheckCharacter(first14);
}

/** Of the ordinary form, but with a check character that does not fit. */
export function withWrongCheck(gstin: string): string {
  const next = (SYMBOLS.indexOf(gstin[14]!) + 1) % 36;
  return gstin.slice(0, 14) + SYMBOLS[next];
}
