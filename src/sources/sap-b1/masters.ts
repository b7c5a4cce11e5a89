import type { DraftParty } from '../../canonical/drafts.js';
import { normalisePhone } from '../../canonical/phone.js';
import type { JournalRow, PartnerRow, TermsRow } from './rows.js';
import type { SapSettings } from './settings.js';

export interface MasterLists {
  /** Every customer. */
  customers: PartnerRow[];
  terms: TermsRow[];
  /** Journal entries that hold the balances from before the books. */
  openings: JournalRow[];
  /** When they were read. */
  readAtMs: number;
}

/** A customer as far as records need him. */
export interface Customer {
  /** Buys at the counter and owes nothing. */
  isCash: boolean;
  /** As the bill-to address of a document identifies him, where it names one. Null for who is no debtor, or is excluded. */
  party(payToCode: string): DraftParty | null;
}

export interface Masters {
  companyDb: string;
  readAtMs: number;
  /** Undefined for who is no customer, or was none when the masters were read. */
  customer(cardCode: string): Customer | undefined;
  terms(group: number): TermsRow | undefined;
  openings: JournalRow[];
  /**
   * Card codes whose documents may read otherwise since the counters of masters stood so; null when no customer
   * changed.
   */
  changedSince(since: Record<string, number>): ReadonlySet<string> | null;
}

export function buildMasters(
  { customers, terms, openings, readAtMs }: MasterLists,
  settings: Pick<SapSettings, 'companyDb' | 'ownPhone' | 'cashGroups' | 'excludedPartners' | 'hashCode'>,
): Masters {
  const shared = sharedPhones(customers, settings.ownPhone);
  const excluded = new Set(settings.excludedPartners);
  const known = new Map<string, Customer>();
  for (const customer of customers) {
    const phone = phoneOf(customer);
    const isCash = customer.GroupCode !== null && settings.cashGroups.includes(customer.GroupCode);
    const isDebtor = !isCash && !excluded.has(customer.CardCode);
    const party: Omit<DraftParty, 'gstin'> = {
      key: keyOf(customer.CardCode, settings.hashCode),
      name: customer.CardName,
      phone,
      phoneShared: phone !== null && shared.has(normalisePhone(phone) ?? ''),
    };
    known.set(customer.CardCode, {
      isCash,
      party: (payToCode) => (isDebtor ? { ...party, gstin: gstinOf(customer, payToCode) } : null),
    });
  }
  const termsByGroup = new Map(terms.map((one) => [one.GroupNumber, one]));
  return {
    companyDb: settings.companyDb,
    readAtMs,
    openings,
    customer: (cardCode) => known.get(cardCode),
    terms: (group) => termsByGroup.get(group),
    changedSince: (since) => changedSince(customers, since),
  };
}

/** Phones, in ten digits, that stand for more than one customer, or are the distributor's own. */
function sharedPhones(customers: readonly PartnerRow[], ownPhone: string | null): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const phone of [ownPhone, ownPhone, ...customers.map(phoneOf)]) {
    const digits = normalisePhone(phone ?? '');
    if (digits === null) continue;
    if (seen.has(digits)) shared.add(digits);
    seen.add(digits);
  }
  return shared;
}

/**
 * A document says by its bill-to address in which of his states the retailer bought; where it says nothing, it was his
 * usual one. Where goods are delivered to is somebody's, but not the buyer's registration.
 */
function gstinOf({ BPAddresses, BilltoDefault, FederalTaxID }: PartnerRow, payToCode: string): string | null {
  const billTo = BPAddresses.filter(({ AddressType }) => AddressType === 'bo_BillTo');
  const called = (name: string) => (name === '' ? undefined : billTo.find(({ AddressName }) => AddressName === name));
  const address = called(payToCode) ?? called(BilltoDefault) ?? (billTo.length === 1 ? billTo[0] : undefined);
  return filled(address?.GSTIN) ?? filled(FederalTaxID);
}

const phoneOf = ({ Cellular, Phone1 }: PartnerRow): string | null => filled(Cellular) ?? filled(Phone1);
const filled = (text: string | undefined): string | null => (text === undefined || text.trim() === '' ? null : text);

/** A card code is an account number; one that is a phone, a GSTIN or a mere name is kept as a keyed hash. */
const REVEALING = /\d{10}|\d{2}[A-Z]{5}\d{4}[A-Z]|^\D*$/i;
const keyOf = (cardCode: string, hashCode: SapSettings['hashCode']): string =>
  REVEALING.test(cardCode) ? `card-${hashCode(cardCode)}` : cardCode;

/**
 * A customer who changes leaves his documents' stamps as they were. And where any changed, whoever is known by a phone
 * alone may have become ambiguous, or ceased to be.
 */
function changedSince(customers: readonly PartnerRow[], since: Record<string, number>): ReadonlySet<string> | null {
  const { masters = 0, mastersCount } = since;
  const latest = customers.reduce((most, { stamp }) => Math.max(most, stamp), 0);
  if (customers.length === mastersCount && latest === masters) return null;
  return new Set(
    customers
      .filter((customer) => customer.stamp >= masters || gstinOf(customer, '') === null)
      .map(({ CardCode }) => CardCode),
  );
}
