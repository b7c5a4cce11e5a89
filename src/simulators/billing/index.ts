import { Random } from '../random.js';

/** A billing program that hands in what it sold, bought and was asked for, as `POST /v1/bridge/vouchers` takes it. */

export interface BilledVoucher {
  kind: 'sales' | 'purchase' | 'sales_order';
  number: string;
  /** ISO day. */
  date: string;
  party_name: string;
  /** GST state codes of two digits. */
  party_state: string;
  place_of_supply: string;
  reverse_charge: false;
  tax_treatment: 'regular';
  /** Rupees, as decimal text. */
  invoice_value: string;
  round_off: string;
  lines: BilledLine[];
}
interface BilledLine {
  hsn: string;
  taxable_value: string;
  cgst?: string;
  sgst?: string;
  igst?: string;
  stock_item?: string;
  quantity?: number;
  unit?: string;
  rate?: string;
}

/** A voucher to be written, with the truth about it that nobody computes from the product. */
export interface Billed {
  input: BilledVoucher;
  /** False: nothing of it may ever be in Tally. */
  isValid: boolean;
  /** Of its party's entry, with Tally's sign. */
  partyPaise: number;
}

const CUSTOMERS = [
  { name: 'Bengaluru Kirana Mart', state: '29' },
  { name: 'Mysuru Traders & Sons', state: '29' },
  { name: 'Pune Provision Stores', state: '27' },
  { name: 'Mumbai Super Mart', state: '27' },
];
const SUPPLIERS = [
  { name: 'Hubballi Oil Mills', state: '29' },
  { name: 'Nashik Agro Supplies', state: '27' },
];
/** The company's own, which is where it sells from and where it takes delivery. */
const HOME = '29';
const RATES = [5, 12, 18];
const UNKNOWN_PARTY = 'Nobody We Know';
const INVALID = 0.02;

/** Sales, purchases and orders in one run of numbers each, a few of a party that Tally does not know. */
export function billedVouchers(count: number, seed: number, today: string): Billed[] {
  const random = new Random(seed);
  const month = today.slice(0, 7);
  return Array.from({ length: count }, (_, index) => {
    const kind = random.chance(0.7) ? 'sales' : random.chance(0.7) ? 'purchase' : 'sales_order';
    const party = random.pick(kind === 'purchase' ? SUPPLIERS : CUSTOMERS);
    const isValid = !random.chance(INVALID);
    const placeOfSupply = kind === 'purchase' ? HOME : party.state;
    // Bought of or sold to a party at home; what is delivered elsewhere crosses a border.
    const isIntraState = party.state === HOME;
    const lines = Array.from({ length: random.int(1, 3) }, () => line(random, isIntraState, kind === 'sales_order'));
    const exact = lines.reduce((sum, { paise }) => sum + paise, 0);
    const invoicePaise = Math.round(exact / 100) * 100;
    return {
      isValid,
      partyPaise: kind === 'purchase' ? invoicePaise : -invoicePaise,
      input: {
        kind,
        number: `${{ sales: 'S', purchase: 'P', sales_order: 'O' }[kind]}/${seed}/${index + 1}`,
        date: `${month}-${String(random.int(1, Number(today.slice(8)))).padStart(2, '0')}`,
        party_name: isValid ? party.name : UNKNOWN_PARTY,
        party_state: party.state,
        place_of_supply: placeOfSupply,
        reverse_charge: false,
        tax_treatment: 'regular',
        invoice_value: rupees(invoicePaise),
        round_off: rupees(invoicePaise - exact),
        lines: lines.map(({ input }) => input),
      },
    };
  });
}

function line(random: Random, isIntraState: boolean, hasGoods: boolean) {
  const quantity = random.int(1, 48);
  const ratePaise = random.int(500, 90_000);
  const taxable = quantity * ratePaise;
  const half = Math.round((taxable * random.pick(RATES)) / 200);
  const input: BilledLine = {
    hsn: random.pick(['1905', '15079010', '0902']),
    taxable_value: rupees(taxable),
    ...(isIntraState ? { cgst: rupees(half), sgst: rupees(half) } : { igst: rupees(2 * half) }),
    ...(hasGoods ? { stock_item: 'Biscuits Assorted', quantity, unit: 'Box', rate: rupees(ratePaise) } : {}),
  };
  return { input, paise: taxable + 2 * half };
}

const rupees = (paise: number): string => (paise / 100).toFixed(2);
