import type { DraftDocument } from '../../canonical/drafts.js';
import type { Version } from '../../canonical/records.js';
import { IncompleteAnswer } from '../errors.js';
import type { CountersMoved, HeldDocument } from '../source.js';
import { isOpening, openingGuid, openingKey, voucherKey } from './canonical/keys.js';
import { TallyMisconfigured } from './errors.js';
import type { Masters } from './masters.js';
import { isAskable } from './requests.js';
import type { Voucher } from './voucher.js';

/** What Tally is asked to tell whether something is gone. */
export interface Presence {
  /** GUID and ALTERID of every voucher, some days at a time, over the whole book; null where Tally refuses collections. */
  count(): AsyncIterable<ReadonlyMap<string, number> | null>;
  /** Those of these GUIDs that Tally has, asked for by GUID alone. */
  having(type: 'Voucher' | 'Ledger', guids: string[]): Promise<ReadonlySet<string>>;
}

/** GUIDs asked for in one formula. */
const ASKED_AT_ONCE = 50;

/**
 * Whether a voucher can have been deleted between two readings of ALTVCHID. A deletion leaves nothing but a number of
 * the counter that no voucher bears; so where every number is borne by a voucher that was read, none was deleted. An
 * edit of an edit leaves such a number too: that costs a count, and deletes nothing.
 */
export function mayBeDeleted(read: readonly Voucher[], { since, until }: CountersMoved): boolean {
  const from = since.vouchers ?? 0;
  const to = until.vouchers ?? 0;
  const borne = new Set(read.map(({ alterId }) => alterId).filter((alterId) => alterId > from && alterId <= to));
  return borne.size < to - from;
}

/**
 * Of the documents the platform holds, those whose voucher or opening balance Tally no longer has, as empty documents
 * at the version of the counters before the count. What is missing from the count is asked for once more by its GUID,
 * together with one that is there: an answer that was cut short, or a formula Tally does not understand, deletes nothing.
 *
 * @throws TallyMisconfigured COMPANY_REWOUND, when Tally shows an older version of a voucher than was read before.
 */
export async function withdrawnDocuments(
  read: readonly Voucher[],
  moved: CountersMoved,
  masters: Masters,
  held: () => AsyncIterable<HeldDocument>,
  presence: Presence,
): Promise<DraftDocument[]> {
  const { since, until, epoch } = moved;
  const vouchersMayBeGone = mayBeDeleted(read, moved);
  const mastersMoved = since.masters !== until.masters;
  if (!vouchersMayBeGone && !mastersMoved) return [];

  const vouchers = new Map<string, Version>();
  const openings = new Set<string>();
  const at = (counter: number | undefined): Version => ({ epoch, sequence: counter ?? 0 });
  for await (const { docKey, version } of held()) {
    if (isOpening(docKey)) {
      if (mastersMoved && !isNewer(version, at(until.masters))) openings.add(openingGuid(docKey));
    } else if (vouchersMayBeGone && !isNewer(version, at(until.vouchers))) {
      vouchers.set(docKey.slice(voucherKey(masters.companyGuid, '').length), version);
    }
  }

  const gone: DraftDocument[] = [];
  for (const guid of await missingOpenings(openings, masters, presence))
    gone.push(withdrawal(openingKey(masters.companyGuid, guid), at(until.masters)));
  for (const guid of await missingVouchers(vouchers, epoch, presence))
    gone.push(withdrawal(voucherKey(masters.companyGuid, guid), at(until.vouchers)));
  return gone;
}

async function missingOpenings(held: Set<string>, masters: Masters, presence: Presence): Promise<string[]> {
  for (const { guid } of masters.openings) held.delete(guid);
  // The ledger is there, without opening balance or no debtor any more.
  const emptied = [...held].filter((guid) => masters.hasLedger(guid));
  const unseen = [...held].filter((guid) => !masters.hasLedger(guid));
  return [...emptied, ...(await absent('Ledger', unseen, masters.anyLedger, presence))];
}

async function missingVouchers(held: Map<string, Version>, epoch: number, presence: Presence): Promise<string[]> {
  if (held.size === 0) return [];
  let witness: string | null = null;
  for await (const counted of presence.count()) {
    if (counted === null) return [];
    for (const [guid, alterId] of counted) {
      const version = held.get(guid);
      if (version && version.epoch === epoch && version.sequence > alterId) throw rewound();
      held.delete(guid);
      witness = guid;
    }
  }
  return await absent('Voucher', [...held.keys()], witness, presence);
}

/** @param witness GUID of something that is there; without one nothing is believed to be absent. */
async function absent(
  type: 'Voucher' | 'Ledger',
  guids: string[],
  witness: string | null,
  presence: Presence,
): Promise<string[]> {
  const asked = guids.filter(isAskable);
  const found: string[] = [];
  if (witness === null) return found;
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
    const some = asked.slice(start, start + ASKED_AT_ONCE);
    const there = await presence.having(type, [...some, witness]);
    if (!there.has(witness)) {
      throw new IncompleteAnswer(
        `Tally did not find a ${type.toLowerCase()} that it had listed: expected it in the answer by GUID.`,
      );
    }
    found.push(...some.filter((guid) => !there.has(guid)));
  }
  return found;
}

const isNewer = (version: Version, than: Version): boolean =>
  version.epoch === than.epoch ? version.sequence > than.sequence : version.epoch > than.epoch;

const withdrawal = (docKey: string, version: Version): DraftDocument => ({
  docKey,
  version,
  erpType: 'tally_prime',
  drafts: [],
  cancelled: false,
  ignored: 'deleted',
  fault: null,
});

export const rewound = (): TallyMisconfigured =>
  new TallyMisconfigured(
    'COMPANY_REWOUND',
    'COMPANY_REWOUND: the books are older than when they were last read, as after restoring a backup. Ask Ops before going on: expected counters that only grow.',
  );
