import { type Answer, collection, Freeze } from './answer-parts.js';
import type { Book } from './book.js';
import { condition, masterField } from './filters.js';
import { groupXml, ledgerXml, plainMasterXml, stockItemXml, voucherTypeXml } from './master-xml.js';
import type { Ledger } from './model.js';
import type { TallyRequest } from './request.js';
import type { Identity } from './voucher-xml.js';

/** The kinds of masters a collection can hold, with the number Tally writes for each. */
const DEPENDENT = { group: 4, ledger: 8, vouchertype: 1024, stockitem: 64, unit: 2048, godown: 32 } as const;
export type MasterKind = keyof typeof DEPENDENT;

/** A collection of masters, by name. */
export function masters(identity: Identity, request: TallyRequest, kind: MasterKind, empty: boolean): Answer {
  const { book } = identity;
  // A dated ledger collection was seen to freeze Tally until somebody closed a dialog.
  if (request.kind === 'ledger' && (request.from || request.to)) throw new Freeze('SVFROMDATE on a Ledger collection');
  const keep = condition(request, new Map());
  function* objects(): Generator<string> {
    if (empty) return;
    for (const { master, xml } of written(identity, kind, request))
      if (keep.holds(masterField(identity, master))) yield xml();
  }
  return collection(book, ` ISMSTDEPTYPE="Yes" MSTDEPTYPE="${DEPENDENT[kind]}"`, objects());
}

interface Written {
  master: { masterId: number; alterId: number; name: string; parent: string };
  xml: () => string;
}

function written(identity: Identity, kind: MasterKind, { fetch }: TallyRequest): Written[] {
  const { book } = identity;
  const each = <T extends Written['master']>(list: readonly T[], xml: (master: T) => string): Written[] =>
    sorted(list).map((master) => ({ master, xml: () => xml(master) }));
  switch (kind) {
    case 'group':
      return each(book.groups, (group) => groupXml(identity, group, fetch, 'typed'));
    case 'ledger': {
      const closing = closingBalances(book);
      return each(book.ledgers, (ledger) => ledgerXml(identity, ledger, fetch, 'typed', closing));
    }
    case 'vouchertype':
      return each(book.voucherTypes, (type) => voucherTypeXml(identity, type, fetch, 'typed'));
    case 'stockitem':
      return each(book.stockItems, (item) => stockItemXml(identity, item, fetch));
    case 'unit':
      return each(book.units, (unit) => plainMasterXml(identity, 'UNIT', unit, fetch));
    case 'godown':
      return each(book.godowns, (godown) => plainMasterXml(identity, 'GODOWN', godown, fetch));
  }
}

const sorted = <T extends { name: string }>(masters: readonly T[]): T[] =>
  [...masters].sort((a, b) => (a.name < b.name ? -1 : 1));

/** Closing balances are added up only when the first one is asked for. */
function closingBalances(book: Book): (ledger: Ledger) => number {
  let balances: Map<Ledger, number> | null = null;
  return (ledger) => {
    if (!balances) {
      balances = new Map(book.ledgers.map((each) => [each, each.openingPaise]));
      for (const voucher of book.vouchers()) {
        const { state, type, day } = voucher;
        if (state !== 'regular' || type.class === 'not_accounting') continue;
        if (type.class === 'receipt' && day > book.today) continue;
        for (const leg of voucher.legs) balances.set(leg.ledger, balances.get(leg.ledger)! + leg.paise);
      }
    }
    return balances.get(ledger) ?? 0;
  };
}
