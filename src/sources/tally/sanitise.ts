/**
 * Tally writes control characters into its XML, both literally and as references (`&#4; Primary`), which no XML
 * parser may accept. They are taken out, also where a reference is torn between two chunks.
 */

/** No legal reference needs as many digits; what is longer is left to the parser, which refuses it. */
const MAX_REFERENCE = 40;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const SUSPECT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&#/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const ILLEGAL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|&#(?:x[0-9a-f]{1,30}|[0-9]{1,30});/gi;

export class Sanitiser {
  #held = '';

  write(chunk: string): string {
    const text = this.#held === '' ? chunk : this.#held + chunk;
    const ampersand = text.lastIndexOf('&');
    const torn = ampersand !== -1 && text.length - ampersand < MAX_REFERENCE && text.indexOf(';', ampersand) === -1;
    this.#held = torn ? text.slice(ampersand) : '';
    return clean(torn ? text.slice(0, ampersand) : text);
  }

  end(): string {
    const rest = this.#held;
    this.#held = '';
    return clean(rest);
  }
}

const clean = (text: string): string => (SUSPECT.test(text) ? text.replace(ILLEGAL, keepLegal) : text);

function keepLegal(match: string): string {
  if (match.length < 4) return '';
  const hexadecimal = match[2] === 'x' || match[2] === 'X';
  const code = Number.parseInt(match.slice(hexadecimal ? 3 : 2, -1), hexadecimal ? 16 : 10);
  return isXmlCharacter(code) ? match : '';
}

/** XML 1.0, production Char. */
const isXmlCharacter = (code: number): boolean =>
  code === 0x9 ||
  code === 0xa ||
  code === 0xd ||
  (code >= 0x20 && code <= 0xd7ff) ||
  (code >= 0xe000 && code <= 0xfffd) ||
  (code >= 0x10000 && code <= 0x10ffff);
