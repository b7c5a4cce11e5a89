import { XMLParser } from 'fast-xml-parser';
import { type Day, parseDay } from '../calendar.js';
import { type FetchNode, parseFetch } from './fetch-list.js';

export type RequestKind =
  | 'status'
  | 'company'
  | 'group'
  | 'ledger'
  | 'vouchertype'
  | 'voucher'
  | 'voucher-register'
  | 'day-book'
  | 'list-of-accounts'
  | 'bills-receivable'
  | 'unknown';

/** What a client asked, as Tally understands it. */
export interface TallyRequest {
  kind: RequestKind;
  company: string | null;
  fetch: FetchNode;
  /** The paths of FETCH as they were written. */
  fetchList: string[];
  from: { day: Day; typed: boolean } | null;
  to: { day: Day; typed: boolean } | null;
  /** Texts of the formulae that FILTERS names. */
  filters: string[];
  /** All formulae of the request, by name in lower case. */
  formulae: Map<string, string>;
  voucherTypeName: string | null;
  accountType: string | null;
}

type Node = Record<string, unknown>;

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  transformTagName: (name) => name.toUpperCase(),
  transformAttributeName: (name) => name.toUpperCase(),
});

const listOf = (value: unknown): unknown[] =>
  value === undefined || value === '' ? [] : Array.isArray(value) ? value : [value];
const nodeOf = (value: unknown): Node => (value !== null && typeof value === 'object' ? (value as Node) : {});
const textOf = (value: unknown): string => {
  const [first] = listOf(value);
  return typeof first === 'string'
    ? first.trim()
    : typeof nodeOf(first)['#text'] === 'string'
      ? String(nodeOf(first)['#text']).trim()
      : '';
};
const attributeOf = (value: unknown, name: string): string => {
  const attribute = nodeOf(listOf(value)[0])[`@${name}`];
  return typeof attribute === 'string' ? attribute : '';
};

const COLLECTIONS: Record<string, RequestKind> = {
  company: 'company',
  group: 'group',
  groups: 'group',
  ledger: 'ledger',
  ledgers: 'ledger',
  vouchertype: 'vouchertype',
  vouchertypes: 'vouchertype',
  voucher: 'voucher',
  vouchers: 'voucher',
};
const REPORTS: Record<string, RequestKind> = {
  voucherregister: 'voucher-register',
  daybook: 'day-book',
  listofaccounts: 'list-of-accounts',
  billsreceivable: 'bills-receivable',
};

/** Null for what Tally answers with "Unknown Request". */
export function parseRequest(body: string): TallyRequest | null {
  let envelope: Node;
  try {
    envelope = nodeOf(nodeOf(parser.parse(body.replace(/^\ufeff/, ''))).ENVELOPE);
  } catch {
    return null;
  }
  const header = nodeOf(envelope.HEADER);
  const kind = textOf(header.TALLYREQUEST).toLowerCase();
  const content = nodeOf(envelope.BODY);
  if (kind === 'export data') {
    const description = nodeOf(nodeOf(content.EXPORTDATA).REQUESTDESC);
    return request(REPORTS[squeezed(textOf(description.REPORTNAME))], nodeOf(description.STATICVARIABLES), {});
  }
  if (kind !== 'export') return null;
  const description = nodeOf(content.DESC);
  const id = textOf(header.ID);
  const variables = nodeOf(description.STATICVARIABLES);
  const type = squeezed(textOf(header.TYPE));
  if (type === 'data') return request(REPORTS[squeezed(id)], variables, {});
  if (type !== 'collection') return null;
  const messages = listOf(nodeOf(description.TDL).TDLMESSAGE).map(nodeOf);
  const definitions = messages.flatMap((message) => listOf(message.COLLECTION)).map(nodeOf);
  const collection = definitions.find((definition) => squeezed(attributeOf(definition, 'NAME')) === squeezed(id));
  if (!collection) return null;
  return request(COLLECTIONS[squeezed(textOf(collection.TYPE))], variables, collection, messages);
}

const squeezed = (text: string): string => text.replace(/\s+/g, '').toLowerCase();

function request(
  kind: RequestKind | undefined,
  variables: Node,
  collection: Node,
  messages: Node[] = [],
): TallyRequest | null {
  if (!kind) return null;
  const fetchList = [...listOf(collection.FETCH), ...listOf(collection.NATIVEMETHOD)]
    .map(textOf)
    .flatMap((text) => text.split(','))
    .map((path) => path.trim())
    .filter(Boolean);
  const formulae = new Map<string, string>();
  for (const system of messages.flatMap((message) => listOf(message.SYSTEM)))
    formulae.set(attributeOf(system, 'NAME').trim().toLowerCase(), textOf(system));
  const named = [...listOf(collection.FILTERS), ...listOf(collection.FILTER)].flatMap((text) =>
    textOf(text).split(','),
  );
  const filters = named
    .map((name) => name.trim())
    .filter(Boolean)
    .map((name) => formulae.get(name.toLowerCase()) ?? `@@${name}`);
  return {
    kind,
    company: textOf(variables.SVCURRENTCOMPANY) || null,
    fetch: parseFetch(fetchList),
    fetchList,
    from: dated(variables.SVFROMDATE),
    to: dated(variables.SVTODATE),
    filters,
    formulae,
    voucherTypeName: textOf(variables.VOUCHERTYPENAME) || null,
    accountType: textOf(variables.ACCOUNTTYPE) || null,
  };
}

function dated(value: unknown): { day: Day; typed: boolean } | null {
  const day = parseDay(textOf(value));
  return day === null ? null : { day, typed: attributeOf(value, 'TYPE').toLowerCase() === 'date' };
}
