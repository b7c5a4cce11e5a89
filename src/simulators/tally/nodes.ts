import { XMLParser } from 'fast-xml-parser';

/** A request's XML as objects: names in capitals, attributes behind an `@`, all values text. */
export type Node = Record<string, unknown>;

export const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  transformTagName: (name) => name.toUpperCase(),
  transformAttributeName: (name) => name.toUpperCase(),
});

export const listOf = (value: unknown): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value];
export const nodeOf = (value: unknown): Node => (value !== null && typeof value === 'object' ? (value as Node) : {});
export const textOf = (value: unknown): string => {
  const [first] = listOf(value);
  return typeof first === 'string'
    ? first.trim()
    : typeof nodeOf(first)['#text'] === 'string'
      ? String(nodeOf(first)['#text']).trim()
      : '';
};
export const attributeOf = (value: unknown, name: string): string => {
  const attribute = nodeOf(listOf(value)[0])[`@${name}`];
  return typeof attribute === 'string' ? attribute : '';
};
