import { XMLValidator } from 'fast-xml-parser';
import { type Day, parseDay } from '../calendar.js';
import { type FetchNode, parseFetch } from './fetch-list.js';
import { type ImportRequest, importedObjects } from './import-request.js';
import { attributeOf, listOf, type Node, nodeOf, parser, textOf } from './nodes.js';

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
  | 'stockitem'
  | 'unit'
  | 'godown'
  | 'list-of-companies'
  | 'list-of-ledgers'
  | 'list-of-stock-items'
  | 'import'
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
  /** Of an import; null where there is nothing in it that Tally could read. */
  objects: ImportRequest | null;
}

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
  stockitem: 'stockitem',
  stockitems: 'stockitem',
  unit: 'unit',
  units: 'unit',
  godown: 'godown',
  godowns: 'godown',
};
/** Names an import goes by; whatever the name, masters and vouchers are taken as they come. */
const IMPORTED = new Set(['vouchers', 'allmasters']);
const REPORTS: Record<string, RequestKind> = {
  voucherregister: 'voucher-register',
  daybook: 'day-book',
  listofaccounts: 'list-of-accounts',
  billsreceivable: 'bills-receivable',
  listofcompanies: 'list-of-companies',
  listofledgers: 'list-of-ledgers',
  listofstockitems: 'list-of-stock-items',
};

const IMPORT = /<TALLYREQUEST>\s*Import/i;

/** Null for what Tally answers with "Unknown Request". */
export function parseRequest(body: string): TallyRequest | null {
  if (IMPORT.test(body) && XMLValidator.validate(body) !== true) return request('import', {}, {});
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
    const { FETCH } = nodeOf(description.FETCHLIST);
    return request(REPORTS[squeezed(textOf(description.REPORTNAME))], nodeOf(description.STATICVARIABLES), { FETCH });
  }
  if (kind === 'import data' || kind === 'import') {
    const old = nodeOf(content.IMPORTDATA);
    const description = kind === 'import' ? nodeOf(content.DESC) : nodeOf(old.REQUESTDESC);
    const name = squeezed(textOf(kind === 'import' ? header.ID : description.REPORTNAME));
    const data = kind === 'import' ? content.DATA : old.REQUESTDATA;
    const objects = IMPORTED.has(name) ? importedObjects(data, kind === 'import') : null;
    const asked = request('import', nodeOf(description.STATICVARIABLES), {});
    return asked && { ...asked, objects };
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
    objects: null,
  };
}

function dated(value: unknown): { day: Day; typed: boolean } | null {
  const day = parseDay(textOf(value));
  return day === null ? null : { day, typed: attributeOf(value, 'TYPE').toLowerCase() === 'date' };
}
