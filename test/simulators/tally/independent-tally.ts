import { DateTime } from 'luxon';
import { ask, collectionRequest, nodes, objects, textOf, type Xml } from './asking.js';

/**
 * A second accountant: reads the books over HTTP as any client would and adds them up by the written rules, sharing no
 * line with the simulator. It counts what is true of the book in the simulator's own terms, so that both can be compared.
 */
export interface Tally {
  counts: Record<string, { count: number; paise: number }>;
  months: Record<string, number>;
  pending: { count: number; paise: number };
  cancelled: number;
  reversed: number;
  quarantined: Record<string, number>;
  flagged: Record<string, number>;
  ignored: Record<string, number>;
  closingPaise: Record<string, number>;
}

interface Rec {
  kind: 'invoices' | 'payments' | 'returns' | 'adjustments';
  party: Party;
  date: string;
  paise: number;
  foreign: boolean;
  bill: string | null;
  billDate: string | null;
  dueDate: string | null;
  pending: boolean;
  reversing: boolean;
}
interface Party {
  guid: string;
  gstin: string;
  phone: string;
  shared: boolean;
  credit: string;
}

const FIELDS =
  'GUID,ALTERID,DATE,VOUCHERTYPENAME,VOUCHERNUMBER,PARTYLEDGERNAME,PARTYGSTIN,ISCANCELLED,ISOPTIONAL,ISPOSTDATED,ALLLEDGERENTRIES.LEDGERNAME,ALLLEDGERENTRIES.AMOUNT,ALLLEDGERENTRIES.BILLALLOCATIONS.LIST';

export async function tallyUp(url: string, todayIso: string): Promise<Tally> {
  const groups = objects(await ask(url, collectionRequest({ type: 'Group', fetch: 'NAME,PARENT' })), 'GROUP');
  const types = objects(
    await ask(url, collectionRequest({ type: 'VoucherType', fetch: 'NAME,PARENT' })),
    'VOUCHERTYPE',
  );
  const ledgers = objects(await ask(url, collectionRequest({ type: 'Ledger', fetch: '*' })), 'LEDGER');
  const [company] = objects(
    await ask(url, collectionRequest({ type: 'Company', fetch: 'NAME,GUID,BOOKSFROM,PHONENUMBER' })),
    'COMPANY',
  );
  const vouchers = objects(
    await ask(url, collectionRequest({ type: 'Voucher', fetch: FIELDS, from: '20100401', to: '20400331' })),
    'VOUCHER',
  );

  const parents = new Map(groups.map((group) => [key(name(group)), key(textOf(group.PARENT))]));
  const isUnder = (ledger: Xml, reserved: string): boolean => {
    for (let group = key(textOf(ledger.PARENT)); group; group = parents.get(group) ?? '')
      if (group === key(reserved)) return true;
    return false;
  };
  const typeParents = new Map(types.map((type) => [key(name(type)), key(textOf(type.PARENT))]));
  const classOf = (type: string): string => {
    let current = key(type);
    for (let parent = typeParents.get(current); parent && parent !== current; parent = typeParents.get(current))
      current = parent;
    return ACCOUNTING.has(current) ? current : 'not_accounting';
  };
  const byName = new Map(ledgers.map((ledger) => [name(ledger), ledger]));
  const debtors = ledgers.filter((ledger) => isUnder(ledger, 'Sundry Debtors'));
  const phones = new Map<string, number>();
  for (const debtor of debtors)
    if (phoneOf(debtor)) phones.set(phoneOf(debtor), (phones.get(phoneOf(debtor)) ?? 0) + 1);
  const own = digits(textOf(company!.PHONENUMBER));
  const parties = new Map<string, Party>(
    debtors.map((debtor) => {
      const phone = phoneOf(debtor);
      return [
        name(debtor),
        {
          guid: textOf(debtor.GUID),
          gstin: gstinOf(debtor),
          phone,
          shared: phone === own || phones.get(phone)! > 1,
          credit: textOf(debtor.BILLCREDITPERIOD),
        },
      ];
    }),
  );

  const tally: Tally = {
    counts: {},
    months: {},
    pending: { count: 0, paise: 0 },
    cancelled: 0,
    reversed: 0,
    quarantined: {},
    flagged: {},
    ignored: {},
    closingPaise: {},
  };
  const records: Rec[] = [];
  const base = { foreign: false, bill: null, billDate: null, dueDate: null, pending: false, reversing: false };
  const booksFrom = iso(textOf(company!.BOOKSFROM));
  for (const debtor of debtors) {
    const party = parties.get(name(debtor))!;
    tally.closingPaise[party.guid] = 0 - paise(textOf(debtor.CLOSINGBALANCE));
    let rest = paise(textOf(debtor.OPENINGBALANCE));
    for (const bill of nodes(debtor['BILLALLOCATIONS.LIST'])) {
      const amount = paise(textOf(bill.OPENINGBALANCE));
      rest -= amount;
      const date = iso(textOf(bill.BILLDATE));
      if (amount < 0)
        records.push({
          ...base,
          kind: 'invoices',
          party,
          date,
          paise: -amount,
          dueDate: dueOf(date, textOf(bill.BILLCREDITPERIOD) || party.credit),
        });
      else records.push({ ...base, kind: 'adjustments', party, date: booksFrom, paise: -amount });
    }
    if (rest) records.push({ ...base, kind: 'adjustments', party, date: booksFrom, paise: -rest });
  }

  for (const voucher of vouchers) {
    const type = classOf(textOf(voucher.VOUCHERTYPENAME));
    const legs = nodes(voucher['ALLLEDGERENTRIES.LIST']);
    const sum = legs.reduce((total, leg) => total + paise(textOf(leg.AMOUNT)), 0);
    if (sum !== 0) throw new Error(`voucher ${textOf(voucher.GUID)} is out of balance by ${sum} paise`);
    const ignore = (reason: string): void => bump(tally.ignored, reason);
    const owned = legs.filter((leg) => parties.has(textOf(leg.LEDGERNAME)));
    if (type === 'not_accounting') ignore('not_accounting');
    else if (textOf(voucher.ISCANCELLED) === 'Yes') tally.cancelled += 1;
    else if (textOf(voucher.ISOPTIONAL) === 'Yes') ignore('optional');
    else if (owned.length === 0) {
      const cash = legs.some((leg) =>
        ['Cash-in-Hand', 'Bank Accounts'].some((group) => isUnder(byName.get(textOf(leg.LEDGERNAME))!, group)),
      );
      ignore(type === 'sales' && cash ? 'cash_sale' : 'not_a_debtor');
    } else if (owned.every((leg) => paise(textOf(leg.AMOUNT)) === 0)) ignore('zero_amount');
    else records.push(...recordsOf(voucher, type, owned));
  }

  function recordsOf(voucher: Xml, type: string, owned: Xml[]): Rec[] {
    const date = iso(textOf(voucher.DATE));
    const foreign = owned.some((leg) => textOf(leg.AMOUNT).includes('@'));
    const partyOf = (leg: Xml): Party => {
      const party = parties.get(textOf(leg.LEDGERNAME))!;
      return { ...party, gstin: party.gstin || textOf(voucher.PARTYGSTIN) };
    };
    const total = owned.reduce((all, leg) => all + paise(textOf(leg.AMOUNT)), 0);
    if (type === 'sales') {
      const due = owned
        .flatMap((leg) => nodes(leg['BILLALLOCATIONS.LIST']))
        .filter((bill) => textOf(bill.BILLTYPE) === 'New Ref')
        .map((bill) => dueOf(iso(textOf(bill.BILLDATE)), textOf(bill.BILLCREDITPERIOD) || partyOf(owned[0]!).credit));
      const latest = due.reduce<string | null>(
        (last, each) => (each !== null && (last === null || each > last) ? each : last),
        null,
      );
      return [{ ...base, kind: 'invoices', party: partyOf(owned[0]!), date, paise: -total, foreign, dueDate: latest }];
    }
    if (type === 'credit note')
      return [{ ...base, kind: 'returns', party: partyOf(owned[0]!), date, paise: total, foreign }];
    const pending = type === 'receipt' && date > todayIso;
    return owned.flatMap((leg) => {
      const isPayment = type === 'receipt' && paise(textOf(leg.AMOUNT)) > 0;
      let rest = paise(textOf(leg.AMOUNT));
      const allocations = nodes(leg['BILLALLOCATIONS.LIST']).map((bill) => {
        rest -= paise(textOf(bill.AMOUNT));
        const against = textOf(bill.BILLTYPE) === 'Agst Ref';
        return {
          amount: paise(textOf(bill.AMOUNT)),
          bill: against ? textOf(bill.NAME) : null,
          billDate: against ? iso(textOf(bill.BILLDATE)) : null,
        };
      });
      if (rest) allocations.push({ amount: rest, bill: null, billDate: null });
      return allocations.map<Rec>(({ amount, ...bill }) =>
        isPayment
          ? { ...base, ...bill, kind: 'payments', party: partyOf(leg), date, paise: amount, foreign, pending }
          : {
              ...base,
              ...bill,
              kind: 'adjustments',
              party: partyOf(leg),
              date,
              paise: -amount,
              foreign,
              reversing: REVERSING.has(type) && amount < 0,
            },
      );
    });
  }

  const accepted = records.filter((record) => {
    const code = refusal(record, todayIso);
    if (code) bump(tally.quarantined, code);
    return !code;
  });
  const voided = new Set<Rec>();
  for (const debit of accepted.filter(({ reversing, bill }) => reversing && bill !== null).sort(byDate)) {
    const payment = accepted
      .filter(
        ({ kind, party, bill, billDate, paise: amount }) =>
          kind === 'payments' &&
          party.guid === debit.party.guid &&
          bill === debit.bill &&
          billDate === debit.billDate &&
          amount === debit.paise,
      )
      .sort(byDate)
      .find((each) => !voided.has(each));
    if (payment && payment.date <= debit.date) {
      voided.add(payment).add(debit);
      tally.reversed += 1;
    }
  }
  for (const record of accepted) {
    if (voided.has(record)) continue;
    tally.counts[record.kind] ??= { count: 0, paise: 0 };
    const sum = tally.counts[record.kind]!;
    sum.count += 1;
    sum.paise += record.paise;
    const month = `${record.kind} ${record.date.slice(0, 7)}`;
    tally.months[month] = (tally.months[month] ?? 0) + record.paise;
    if (record.pending) {
      tally.pending.count += 1;
      tally.pending.paise += record.paise;
    }
    if (
      record.party.gstin &&
      checkCharacter(record.party.gstin.trim().toUpperCase()) !== record.party.gstin.trim().toUpperCase()[14]
    )
      bump(tally.flagged, 'GSTIN_CHECK_DIGIT');
    if (record.dueDate !== null && (record.dueDate < record.date || daysBetween(record.date, record.dueDate) > 180))
      bump(tally.flagged, 'DUE_DATE_DROPPED');
  }
  return tally;
}

const ACCOUNTING = new Set([
  'sales',
  'receipt',
  'credit note',
  'debit note',
  'payment',
  'journal',
  'contra',
  'purchase',
]);
const REVERSING = new Set(['payment', 'journal', 'debit note']);
const ORDINARY = /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/;

function refusal({ kind, party, date, paise: amount, foreign, billDate }: Rec, today: string): string | null {
  const gstin = party.gstin.trim().toUpperCase();
  if (gstin ? !ORDINARY.test(gstin) : false) return 'INVALID_GSTIN';
  if (!gstin && !/^[6-9]\d{9}$/.test(party.phone)) return 'IDENTITY_UNRESOLVABLE';
  if (!gstin && party.shared) return 'IDENTITY_AMBIGUOUS';
  if (foreign) return 'CURRENCY_UNSUPPORTED';
  if (kind !== 'payments' && (date > today || date < '2018-01-01')) return 'INVALID_DATE';
  if ((kind === 'invoices' || kind === 'returns') && !(amount > 0 && amount < 500000000)) return 'AMOUNT_OUTLIER';
  if (
    kind === 'payments' &&
    (date < '2018-01-01' || (billDate !== null && date < billDate) || daysBetween(today, date) > 366)
  )
    return 'INVALID_PAYMENT_DATE';
  return null;
}

const key = (text: string): string => text.trim().toLowerCase();
const name = (master: Xml): string => String(master['@NAME']);
const iso = (text: string): string => DateTime.fromFormat(text, 'yyyyMMdd', { zone: 'utc' }).toISODate() ?? '';
const daysBetween = (from: string, to: string): number =>
  DateTime.fromISO(to).diff(DateTime.fromISO(from), 'days').days;
const byDate = (a: Rec, b: Rec): number => (a.date < b.date ? -1 : a.date > b.date ? 1 : 0);
const bump = (counts: Record<string, number>, code: string): void => {
  counts[code] = (counts[code] ?? 0) + 1;
};

/** Rupees of a compound foreign amount are what stands after the last `=`. */
function paise(text: string): number {
  const rupees = text
    .split('=')
    .at(-1)!
    .replace(/[^\d.-]/g, '');
  return rupees ? Math.round(Number(rupees) * 100) : 0;
}

function dueOf(date: string, credit: string): string | null {
  const literal = DateTime.fromFormat(credit, 'd-MMM-yyyy', { zone: 'utc', locale: 'en' });
  if (literal.isValid) return literal.toISODate();
  const [, count, unit] = /^(\d+) (Days|Weeks|Months|Years)$/.exec(credit) ?? [];
  return count
    ? DateTime.fromISO(date, { zone: 'utc' })
        .plus({ [unit!.toLowerCase()]: Number(count) })
        .toISODate()
    : null;
}

function gstinOf(ledger: Xml): string {
  const registrations = nodes(ledger['LEDGSTREGDETAILS.LIST']).sort((a, b) =>
    textOf(a.APPLICABLEFROM) < textOf(b.APPLICABLEFROM) ? -1 : 1,
  );
  return textOf(registrations.at(-1)?.GSTIN) || textOf(ledger.PARTYGSTIN);
}
const digits = (text: string): string => text.replace(/\D/g, '').replace(/^(91|0)(?=\d{10}$)/, '');
const phoneOf = (ledger: Xml): string =>
  digits(
    textOf(ledger.LEDGERMOBILE) ||
      textOf(ledger.LEDGERPHONE) ||
      textOf(nodes(ledger['CONTACTDETAILS.LIST'])[0]?.PHONENUMBER),
  );

function checkCharacter(gstin: string): string {
  const symbols = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  let sum = 0;
  for (let place = 0; place < 14; place += 1) {
    const product = symbols.indexOf(gstin[place]!) * ((place % 2) + 1);
    sum += Math.floor(product / 36) + (product % 36);
  }
  return symbols[(36 - (sum % 36)) % 36]!;
}
