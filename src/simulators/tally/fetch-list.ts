/**
 * The fields a request names, as a tree: `ALLLEDGERENTRIES.LIST.BILLALLOCATIONS.NAME` is NAME under BILLALLOCATIONS under
 * ALLLEDGERENTRIES. A list named without fields, with `.LIST` or with `.*` is wanted whole.
 */
export interface FetchNode {
  whole: boolean;
  fields: Map<string, FetchNode>;
}

const emptyNode = (): FetchNode => ({ whole: false, fields: new Map() });

/** From the texts of FETCH and NATIVEMETHOD elements; names are compared without case and blanks. */
export function parseFetch(texts: readonly string[]): FetchNode {
  const root = emptyNode();
  for (const path of texts.flatMap((text) => text.split(','))) {
    const names = path.toUpperCase().replace(/\s+/g, '').split('.').filter(Boolean);
    let node = root;
    names.forEach((name, index) => {
      const last = index === names.length - 1;
      if (name === '*' || (name === 'LIST' && last)) node.whole = true;
      else if (name !== 'LIST') {
        const next = node.fields.get(name) ?? emptyNode();
        node.fields.set(name, next);
        node = next;
        if (last) node.whole = true;
      }
    });
  }
  return root;
}

export const wants = (node: FetchNode, field: string): boolean => node.whole || node.fields.has(field);

/** The part of the tree under a list; null when the list is not wanted at all. */
export function under(node: FetchNode, list: string): FetchNode | null {
  const found = node.fields.get(list);
  if (found) return found;
  return node.whole ? { whole: true, fields: new Map() } : null;
}
