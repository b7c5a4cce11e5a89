import type { DraftParty } from '../../canonical/drafts.js';
import { normaliseGstin } from '../../canonical/gstin.js';
import { normalisePhone } from '../../canonical/phone.js';
import { type NamesChanged, namesChangedSince } from './changed-masters.js';
import { isoFromTally } from './dates.js';
import { readAmount } from './legs.js';
import type { BillAllocation, LedgerMaster, NamedMaster } from './voucher.js';

export const VOUCHER_CLASSES = {
  sales: 'sales',
  receipt: 'receipt',
  'credit note': 'credit_note',
  'debit note': 'debit_note',
  payment: 'payment',
  journal: 'journal',
  contra: 'contra',
  purchase: 'purchase',
} as const;
export type VoucherClass = (typeof VOUCHER_CLASSES)[keyof typeof VOUCHER_CLASSES] | 'not_accounting';

/** A ledger as far as records need it. */
export interface Ledger {
  /** Null for everyone who is not a debtor, or is excluded. */
  party: DraftParty | null;
  isCash: boolean;
  isBank: boolean;
  /** An expense that debts are written off to: bad debts, discounts. */
  isWriteOff: boolean;
  creditPeriod: string;
}

/** A debtor's opening balance, from the master itself. */
export interface Opening {
  party: DraftParty;
  guid: string;
  alterId: number;
  balance: string;
  bills: BillAllocation[];
  creditPeriod: string;
}

export interface Masters {
  companyGuid: string;
  /** ISO, in the distributor's time zone, when they were read. */
  today: string;
  /** ISO day the books begin, null when unknown (a file without its company). */
  booksFrom: string | null;
  /**
   * Whether every ledger and voucher type of the books is in here. A file may hold some, or none: then what is not
   * here is not known to be a debtor.
   */
  complete: boolean;
  /** No ledger at all is known: the party of a sales, receipt or credit-note voucher is taken as a debtor. */
  withoutLedgers: boolean;
  ledger(name: string): Ledger | undefined;
  voucherClass(typeName: string): VoucherClass | undefined;
  openings: Opening[];
  hasLedger(guid: string): boolean;
  /** GUID of some ledger, null where none has one. */
  anyLedger: string | null;
  /** Which vouchers name a master that changed since the counter for masters stood there; null when none did. */
  namesChangedSince(counter: number): NamesChanged | null;
  /**
   * The key of the debtor whom another company's ledger of this name stands for: the ledger of that name, else the one
   * debtor of that GSTIN or phone whose own name the other company does not have.
   */
  debtorKey(party: Pick<DraftParty, 'name' | 'gstin' | 'phone'>, namesThere: ReadonlySet<string>): string | null;
  /** A debtor that only a voucher names; used where there are no masters. */
  strangerNamed(name: string): DraftParty;
}

export interface MasterLists {
  ledgers: LedgerMaster[];
  groups: NamedMaster[];
  voucherTypes: NamedMaster[];
}

export interface MasterSettings {
  companyGuid: string;
  booksFrom: string | null;
  complete: boolean;
  excludedLedgers: string[];
  /** Phones of the company itself, as they were written. */
  ownPhones: string[];
  /** ISO, in the distributor's time zone: a registration that begins later does not apply yet. */
  today: string;
  /** The company these books were split from: its debtors keep their keys. */
  earlier?: Masters | null;
  /** Keyed hash of a ledger's name, for the key of a ledger without a GUID; the name itself never becomes a key. */
  hashName: (name: string) => string;
}

/** Names are compared trimmed, without case, and with runs of blanks as one. */
export const normaliseName = (name: string): string => name.trim().replace(/\s+/g, ' ').toLowerCase();

const WRITE_OFF = /bad debt|write[\s-]?off|written[\s-]?off|discount/;
const EXPENSE_GROUPS = ['indirect expenses', 'direct expenses'];

/** What masters mean: who is a debtor, what a voucher type is, by walking parents up to the reserved names. */
export function buildMasters(lists: MasterLists, settings: MasterSettings): Masters {
  const groupParents = new Map(lists.groups.map(({ name, parent }) => [normaliseName(name), normaliseName(parent)]));
  const typeParents = new Map(
    lists.voucherTypes.map(({ name, parent }) => [normaliseName(name), normaliseName(parent)]),
  );
  const excluded = new Set(settings.excludedLedgers.map(normaliseName));
  const described = lists.ledgers.map((master) => ({
    master,
    groups: ancestry(normaliseName(master.parent), groupParents),
  }));
  const shared = sharedPhones(
    described.filter(({ groups }) => groups.includes('sundry debtors')).map(({ master }) => master),
    settings.ownPhones,
  );

  const names = new Set(lists.ledgers.map(({ name }) => normaliseName(name)));
  const ledgers = new Map<string, Ledger>();
  const openings: Opening[] = [];
  for (const { master, groups } of described) {
    const name = normaliseName(master.name);
    const isDebtor = groups.includes('sundry debtors') && !excluded.has(name);
    const party = isDebtor ? partyOf(master, shared, settings, names) : null;
    ledgers.set(name, {
      party,
      isCash: groups.includes('cash-in-hand'),
      isBank: groups.includes('bank accounts') || groups.includes('bank od a/c') || groups.includes('bank occ a/c'),
      isWriteOff:
        groups.some((group) => EXPENSE_GROUPS.includes(group)) &&
        [name, ...groups].some((text) => WRITE_OFF.test(text)),
      creditPeriod: master.creditPeriod,
    });
    if (party && (readAmount(master.openingBalance).paise !== 0 || master.openingBills.length > 0)) {
      openings.push({
        party,
        guid: master.guid || `name:${settings.hashName(name)}`,
        alterId: master.alterId,
        balance: master.openingBalance,
        bills: master.openingBills,
        creditPeriod: master.creditPeriod,
      });
    }
  }

  const classes = new Map<string, VoucherClass>();
  for (const name of typeParents.keys()) classes.set(name, classOf(name, typeParents, settings.complete));
  const strangers = new Map<string, DraftParty>();
  const guids = new Set(lists.ledgers.map(({ guid }) => guid));
  return {
    companyGuid: settings.companyGuid,
    today: settings.today,
    booksFrom: settings.booksFrom,
    complete: settings.complete,
    withoutLedgers: lists.ledgers.length === 0,
    ledger: byRawName(ledgers),
    voucherClass: byRawName(classes),
    openings,
    hasLedger: (guid) => guids.has(guid),
    anyLedger: lists.ledgers.find(({ guid }) => guid !== '')?.guid ?? null,
    namesChangedSince: (counter) =>
      namesChangedSince(
        counter,
        described.map(({ master, groups }) => {
          const name = normaliseName(master.name);
          const party = ledgers.get(name)?.party ?? null;
          return { name, alterId: master.alterId, groups, byPhoneAlone: party?.gstin === null && party.phone !== null };
        }),
        lists.groups,
        new Map(
          lists.voucherTypes.map(({ name, alterId }) => [
            normaliseName(name),
            { alterId, chain: ancestry(normaliseName(name), typeParents) },
          ]),
        ),
        normaliseName,
      ),
    debtorKey: (party, namesThere) => {
      const same = ledgers.get(normaliseName(party.name))?.party;
      if (same) return same.key;
      const alike = [...ledgers].filter(
        ([name, { party: other }]) => other !== null && !namesThere.has(name) && haveOneIdentity(party, other),
      );
      if (alike.length === 1) return alike[0]![1].party!.key;
      return settings.earlier?.debtorKey(party, namesThere) ?? null;
    },
    strangerNamed: (name) => {
      const key = normaliseName(name);
      let party = strangers.get(key);
      if (!party) {
        party = {
          key: `name:${settings.hashName(key)}`,
          name: name.trim(),
          gstin: null,
          phone: null,
          phoneShared: false,
        };
        strangers.set(key, party);
      }
      return party;
    },
  };
}

/** Look-up by a name as a voucher spells it; the normal form is computed once for each spelling. */
function byRawName<T>(byNormalName: Map<string, T>): (name: string) => T | undefined {
  const spellings = new Map<string, T | undefined>();
  return (name) => {
    const known = spellings.get(name);
    if (known !== undefined || spellings.has(name)) return known;
    const found = byNormalName.get(normaliseName(name));
    spellings.set(name, found);
    return found;
  };
}

/** The group and all above it. A circle in the parents ends the walk. */
function ancestry(group: string, parents: Map<string, string>): string[] {
  const found: string[] = [];
  for (let name = group; name !== '' && !found.includes(name); name = parents.get(name) ?? '') found.push(name);
  return found;
}

function classOf(type: string, parents: Map<string, string>, complete: boolean): VoucherClass {
  const chain = ancestry(type, parents);
  for (const name of chain) {
    const reserved = reservedClass(name);
    if (reserved) return reserved;
  }
  // A file may leave out the types further up; then the last one it names is all there is to go by.
  return complete ? 'not_accounting' : classByNameAlone(chain.at(-1) ?? '');
}

const reservedClass = (normalName: string): VoucherClass | undefined =>
  VOUCHER_CLASSES[normalName as keyof typeof VOUCHER_CLASSES];

/** Words in the names of voucher types, in the order they are tried; what says none of them is left alone. */
const CLASS_WORDS: readonly (readonly [RegExp, VoucherClass])[] = [
  [/\bcash memo\b/, 'sales'],
  [
    /order|quotation|estimate|pro[\s-]?forma|challan|delivery|receipt note|(?:goods|material) receipt/,
    'not_accounting',
  ],
  [/memo|reversing|stock|rejection|payroll|attendance/, 'not_accounting'],
  [/\b(?:credit|cr\.?) ?note|\bsales? returns?\b/, 'credit_note'],
  [/\b(?:debit|dr\.?) ?note|\bpurchase returns?\b/, 'debit_note'],
  [/purchase/, 'purchase'],
  [/\bsales?\b|\binvoices?\b|\bbill of supply\b/, 'sales'],
  [/receipt/, 'receipt'],
  [/payment/, 'payment'],
  [/journal/, 'journal'],
  [/\bcontra\b/, 'contra'],
];

/**
 * Class of a voucher type of which only the name is known, as in a file without masters. Own types are mostly named
 * after what they are ("GST Sales", "Bank Receipt"); what is named after nothing known is left alone.
 */
export function classByNameAlone(typeName: string): VoucherClass {
  const name = normaliseName(typeName);
  return reservedClass(name) ?? CLASS_WORDS.find(([words]) => words.test(name))?.[1] ?? 'not_accounting';
}

function haveOneIdentity(one: Pick<DraftParty, 'gstin' | 'phone'>, other: DraftParty): boolean {
  if (one.gstin !== null && other.gstin !== null) return normaliseGstin(one.gstin) === normaliseGstin(other.gstin);
  const phone = one.phone === null ? null : normalisePhone(one.phone);
  return phone !== null && !other.phoneShared && other.phone !== null && normalisePhone(other.phone) === phone;
}

function partyOf(
  master: LedgerMaster,
  shared: ReadonlySet<string>,
  settings: MasterSettings,
  names: ReadonlySet<string>,
): DraftParty {
  const phones = phonesOf(master);
  // The first that can be a mobile number, else the first there is, so that it is reported as unusable.
  const phone = phones.find((text) => normalisePhone(text) !== null) ?? phones[0] ?? null;
  const digits = phone === null ? null : normalisePhone(phone);
  const known = { name: master.name, gstin: gstinOf(master, settings.today), phone };
  const key =
    settings.earlier?.debtorKey(known, names) || master.guid || `name:${settings.hashName(normaliseName(master.name))}`;
  return { ...known, key, phoneShared: digits !== null && shared.has(digits) };
}

/** The last registration that applies; older builds keep one GSTIN on the ledger itself. */
function gstinOf({ registrations, partyGstin }: LedgerMaster, today: string): string | null {
  let found: string | null = null;
  let since = '';
  for (const { applicableFrom, gstin } of registrations) {
    const from = isoFromTally(applicableFrom) ?? '';
    if (from <= today && from >= since) [found, since] = [gstin, from];
  }
  return found ?? (partyGstin.trim() === '' ? null : partyGstin);
}

/** Phones in the order they are believed: mobile, phone, contacts. */
function phonesOf({ mobile, phone, contacts }: LedgerMaster): string[] {
  const ofContacts = contacts.map(({ countryCode, phone: number }) => {
    const code = countryCode.replace(/\D/g, '');
    // A foreign number must not pass for an Indian one of ten digits.
    return code === '' || code === '91' ? number : `+${code}${number}`;
  });
  return [mobile, phone, ...ofContacts].filter((text) => text.trim() !== '');
}

/** Ten-digit numbers that stand for more than one debtor, or for the company itself. */
function sharedPhones(debtors: LedgerMaster[], ownPhones: string[]): Set<string> {
  const shared = new Set(ownPhones.map(normalisePhone).filter((digits) => digits !== null));
  const seen = new Set<string>();
  for (const master of debtors) {
    const ofLedger = new Set(
      phonesOf(master)
        .map(normalisePhone)
        .filter((digits) => digits !== null),
    );
    for (const digits of ofLedger) {
      if (seen.has(digits)) shared.add(digits);
      seen.add(digits);
    }
  }
  return shared;
}
