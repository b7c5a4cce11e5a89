import { XMLBuilder } from 'fast-xml-parser';
import { VoucherNotBuildable } from './not-buildable.js';

/** An element as the builder takes it: a list, since in Tally's vouchers the same name stands before and after others. */
export type XmlElement = Readonly<Record<string, unknown>>;

const builder = new XMLBuilder({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  preserveOrder: true,
  format: false,
});
const DECLARATION = { '?xml': [{ '#text': '' }], ':@': { '@version': '1.0', '@encoding': 'UTF-8' } };

/** What XML has no way to carry, and the carriage return and C1 controls, which a parser may change on the way. */
const NOT_CARRIED = /(?![\t\n])\p{Cc}|\p{Cs}|[\uFFFE\uFFFF]/u;
/** There, tabs and line breaks are spaces to a parser. */
const NOT_IN_ATTRIBUTES = /[\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** @throws VoucherNotBuildable for a text that would not arrive as it is */
export function element(
  name: string,
  content: string | readonly XmlElement[],
  attributes: Readonly<Record<string, string>> = {},
): XmlElement {
  for (const text of Object.values(attributes)) assertCarried(name, text, NOT_IN_ATTRIBUTES);
  if (typeof content === 'string') assertCarried(name, content, NOT_CARRIED);
  return {
    [name]: typeof content === 'string' ? [{ '#text': content }] : content,
    ':@': Object.fromEntries(Object.entries(attributes).map(([key, text]) => [`@${key}`, text])),
  };
}

export const flag = (name: string, value: boolean): XmlElement => element(name, value ? 'Yes' : 'No');

export const documentOf = (root: XmlElement): string => builder.build([DECLARATION, root]);

function assertCarried(name: string, text: string, forbidden: RegExp): void {
  if (forbidden.test(text)) {
    throw new VoucherNotBuildable(`${name} holds a control character or half a character, which XML cannot carry.`);
  }
}
