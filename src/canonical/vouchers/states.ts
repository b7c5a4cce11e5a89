/** States and union territories as GST numbers them, and as Tally spells them. */

interface State {
  /** Sent to Tally as place of supply: its own spelling, `&` and all. */
  name: string;
  /** What else people and programs write. */
  aliases?: readonly string[];
  /** UTGST takes the place of SGST: union territories without a legislature (UTGST Act, s. 2(8)). */
  utgst?: true;
}

const STATES: ReadonlyMap<string, State> = new Map<string, State>([
  ['01', { name: 'Jammu & Kashmir', aliases: ['J & K'] }],
  ['02', { name: 'Himachal Pradesh' }],
  ['03', { name: 'Punjab' }],
  ['04', { name: 'Chandigarh', utgst: true }],
  ['05', { name: 'Uttarakhand', aliases: ['Uttaranchal', 'Uttrakhand'] }],
  ['06', { name: 'Haryana' }],
  ['07', { name: 'Delhi', aliases: ['NCT of Delhi', 'Delhi NCT', 'National Capital Territory of Delhi'] }],
  ['08', { name: 'Rajasthan' }],
  ['09', { name: 'Uttar Pradesh' }],
  ['10', { name: 'Bihar' }],
  ['11', { name: 'Sikkim' }],
  ['12', { name: 'Arunachal Pradesh' }],
  ['13', { name: 'Nagaland' }],
  ['14', { name: 'Manipur' }],
  ['15', { name: 'Mizoram' }],
  ['16', { name: 'Tripura' }],
  ['17', { name: 'Meghalaya' }],
  ['18', { name: 'Assam' }],
  ['19', { name: 'West Bengal' }],
  ['20', { name: 'Jharkhand' }],
  ['21', { name: 'Odisha', aliases: ['Orissa'] }],
  ['22', { name: 'Chhattisgarh', aliases: ['Chattisgarh', 'Chhatisgarh', 'Chatisgarh'] }],
  ['23', { name: 'Madhya Pradesh' }],
  ['24', { name: 'Gujarat' }],
  [
    '26',
    {
      name: 'Dadra & Nagar Haveli and Daman & Diu',
      aliases: ['Dadra & Nagar Haveli', 'Daman & Diu', 'Daman & Diu and Dadra & Nagar Haveli'],
      utgst: true,
    },
  ],
  ['27', { name: 'Maharashtra' }],
  ['29', { name: 'Karnataka' }],
  ['30', { name: 'Goa' }],
  ['31', { name: 'Lakshadweep', aliases: ['Lakshadeep'], utgst: true }],
  ['32', { name: 'Kerala' }],
  ['33', { name: 'Tamil Nadu', aliases: ['Tamilnadu'] }],
  ['34', { name: 'Puducherry', aliases: ['Pondicherry'] }],
  ['35', { name: 'Andaman & Nicobar Islands', utgst: true }],
  ['36', { name: 'Telangana', aliases: ['Telengana'] }],
  ['37', { name: 'Andhra Pradesh' }],
  ['38', { name: 'Ladakh', utgst: true }],
  ['96', { name: 'Other Countries', aliases: ['Other Country', 'Foreign Country'] }],
  ['97', { name: 'Other Territory', utgst: true }],
  ['99', { name: 'Centre Jurisdiction', aliases: ['Center Jurisdiction'] }],
]);

/** Of registrations of services from abroad alone: a party's, never a place of supply. */
export const CENTRE_JURISDICTION = '99';

/**
 * Codes no longer given: Daman and Diu went into 26 in 2020. 28 was Andhra Pradesh before Telangana left it in 2014, years
 * before GST: on an invoice with GST it can mean only what remained, and Tally has one name for both.
 */
const PRESENT_CODES: ReadonlyMap<string, string> = new Map([
  ['25', '26'],
  ['28', '37'],
]);

const DROPPED = new Set(['and', 'the', 'island', 'islands', 'new', 'old']);

/** Spellings differ in `&`, commas, brackets, spaces and words like "Islands" or "(New)": none of them counts. */
const keyOf = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{M}\p{N}]+/u)
    .filter((word) => !DROPPED.has(word))
    .join('');

const CODES_BY_KEY: ReadonlyMap<string, string> = new Map(
  [...STATES].flatMap(([code, { name, aliases = [] }]) => [name, ...aliases].map((text) => [keyOf(text), code])),
);

const presentCode = (digits: string): string | null => {
  const code = digits.padStart(2, '0');
  const present = PRESENT_CODES.get(code) ?? code;
  return STATES.has(present) ? present : null;
};

const CODE_FIRST = /^(\d{1,2})(?:[^\p{L}\p{N}]*(\p{L}.*))?$/su;

/**
 * The code of two digits of a state's name in any usual spelling, its code, or both, such as `Orissa`, `7` and
 * `27-Maharashtra`. Null for what is none, and where code and name are not of one state.
 */
export function stateCode(text: string): string | null {
  const [, digits, name = ''] = CODE_FIRST.exec(text.normalize('NFKC').trim()) ?? [];
  if (digits === undefined) return CODES_BY_KEY.get(keyOf(text)) ?? null;
  const code = presentCode(digits);
  return name === '' || CODES_BY_KEY.get(keyOf(name)) === code ? code : null;
}

/** As Tally spells it. @throws RangeError for what is no code */
export function stateName(code: string): string {
  const state = STATES.get(presentCode(code) ?? '');
  if (state === undefined) throw new RangeError('expected the GST code of a state');
  return state.name;
}

/** Whether UTGST is the state's own tax there, instead of SGST. */
export const hasUtgst = (code: string): boolean => STATES.get(presentCode(code) ?? '')?.utgst ?? false;
