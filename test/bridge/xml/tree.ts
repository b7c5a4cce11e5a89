import { SaxesParser } from 'saxes';

/** An element as a strict parser finds it, by another library than the one that wrote it. */
export interface Tree {
  name: string;
  attributes: Record<string, string>;
  /** Of an element without children; one with children has none. */
  text: string;
  children: Tree[];
}

export function treeOf(xml: string): Tree {
  const top: Tree = { name: '', attributes: {}, text: '', children: [] };
  const open = [top];
  const parser = new SaxesParser();
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const tree: Tree = { name, attributes: { ...attributes }, text: '', children: [] };
    open.at(-1)!.children.push(tree);
    open.push(tree);
  });
  parser.on('text', (text) => {
    open.at(-1)!.text += text;
  });
  parser.on('closetag', () => {
    const closed = open.pop()!;
    if (closed.children.length > 0) closed.text = '';
  });
  parser.write(xml).close();
  return top.children[0]!;
}

export const childrenOf = (tree: Tree, name: string): Tree[] => tree.children.filter((child) => child.name === name);

/** The first element of the name, wherever it stands. */
export function found(tree: Tree, name: string): Tree | undefined {
  if (tree.name === name) return tree;
  for (const child of tree.children) {
    const inner = found(child, name);
    if (inner) return inner;
  }
  return undefined;
}
export const textOf = (tree: Tree, name: string): string | undefined => found(tree, name)?.text;
export const voucherOf = (xml: string): Tree => found(treeOf(xml), 'VOUCHER')!;

/** Every entry of ledgers as `ledger amount`, goods' allocations apart. */
export const entriesOf = (voucher: Tree): string[] =>
  voucher.children
    .filter(({ name }) => name === 'ALLLEDGERENTRIES.LIST' || name === 'LEDGERENTRIES.LIST')
    .map((entry) => `${textOf(entry, 'LEDGERNAME')} ${textOf(entry, 'AMOUNT')}`);

/** A line an element, for people: what golden files hold. */
export function printed({ name, attributes, text, children }: Tree, indent = ''): string {
  const escaped = (raw: string) => raw.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
  const start = [name, ...Object.entries(attributes).map(([key, value]) => `${key}="${escaped(value)}"`)].join(' ');
  if (children.length === 0) return `${indent}<${start}>${escaped(text)}</${name}>\n`;
  return `${indent}<${start}>\n${children.map((child) => printed(child, `${indent}  `)).join('')}${indent}</${name}>\n`;
}
