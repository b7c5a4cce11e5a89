import type { z } from 'zod';
import { isGstin, normaliseGstin } from '../gstin.js';
import type { Paise } from '../money.js';
import { inRupees, paiseOf, positiveDecimalOf } from './amounts.js';
import { expectedOf, labelOf } from './fields.js';
import type { VoucherInput, VoucherLineInput } from './input.js';
import { voucherKey } from './key.js';
import { type FieldFault, shapeOf } from './shape.js';
import { CENTRE_JURISDICTION, stateCode, stateName } from './states.js';
import { sumsOf, type Voucher, type VoucherFault, type VoucherLine } from './voucher.js';

/**
 * A voucher as it was handed in, understood, or everything that is wrong with it (`INPUT_INVALID`). Amounts are facts: refused
 * is only what contradicts itself.
 */
export function readVoucher(
  handedIn: z.input<typeof VoucherInput>,
  index: number,
): { voucher: Voucher } | { faults: VoucherFault[] } {
  const shape = shapeOf(handedIn);
  const reading = new Reading(shape.faults);
  const voucher = shape.input === null ? null : reading.voucher(shape.input);
  if (voucher !== null && reading.faults.length === 0) return { voucher };
  return { faults: reading.faults.map((fault) => ({ index, code: 'INPUT_INVALID', ...fault })) };
}

/**
 * Vouchers of one job that say they are one and the same (`DUPLICATE_IN_JOB`), each but the first. Null stands for one that
 * could not be read, so that positions remain those of the job.
 */
export function checkVouchers(vouchers: readonly (Voucher | null)[]): VoucherFault[] {
  const faults: VoucherFault[] = [];
  const firstOf = new Map<string, number>();
  vouchers.forEach((voucher, index) => {
    if (voucher === null) return;
    const key = voucherKey(voucher);
    const first = firstOf.get(key);
    if (first === undefined) {
      firstOf.set(key, index);
      return;
    }
    const same =
      voucher.kind === 'purchase' ? 'number, supplier and financial year' : 'kind, number and financial year';
    const message = `Voucher ${first + 1} has the same ${same} as voucher ${index + 1}: expected each voucher once.`;
    faults.push({ index, path: 'number', code: 'DUPLICATE_IN_JOB', message });
  });
  return faults;
}

/** Control characters, halves of characters, what XML forbids, and what bytes became that nobody could read. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const UNWRITABLE = /[\u0000-\u001f\u007f-\u009f\ufffd-\uffff]|\p{Cs}/u;
const HSN = /^(\d{4}|\d{6}|\d{8})$/;
/** What the invoice value is held against, and what decides how. */
const SUMMED = /^(|invoice_value|round_off|reverse_charge|lines(\.\d+(\.(taxable_value|cgst|sgst|igst))?)?)$/;
const ORDERED = ['stock_item', 'quantity', 'unit', 'rate'] as const;

/** One voucher, field by field; goes on after a fault, and what it then returns is not to be used. */
class Reading {
  readonly faults: FieldFault[];
  /** Nothing more is said of a field that has a fault: it may hold a placeholder. */
  readonly #faulty: Set<string>;

  constructor(shapeFaults: FieldFault[]) {
    this.faults = [...shapeFaults];
    this.#faulty = new Set(shapeFaults.map(({ path }) => path));
  }

  voucher(input: VoucherInput): Voucher {
    this.#refuseUnwritable('', input);
    const party = this.#party(input);
    const voucher: Voucher = {
      kind: input.kind,
      number: input.number,
      date: input.date,
      reference: input.reference ?? input.number,
      narration: input.narration ?? '',
      partyName: input.party_name,
      ...party,
      placeOfSupply: this.#placeOfSupply(input.place_of_supply),
      reverseCharge: input.reverse_charge,
      taxTreatment: input.tax_treatment,
      creditDays: input.credit_days ?? null,
      invoicePaise: this.#charged('invoice_value', input.invoice_value),
      roundOffPaise: this.#amount('round_off', input.round_off ?? 0),
      lines: input.lines.map((line, place) => this.#line(`lines.${place}`, line, input)),
    };
    this.#refuseOtherReference(voucher);
    this.#refuseMixedTaxes(voucher);
    // Sums of what could not be read would only hide what is wrong.
    if (!this.faults.some(({ path }) => SUMMED.test(path))) this.#refuseOtherSum(voucher);
    return voucher;
  }

  #fault(path: string, message: string): void {
    if (this.#faulty.has(path)) return;
    this.#faulty.add(path);
    this.faults.push({ path, message });
  }

  #refuse(path: string, what: string): void {
    this.#fault(path, `${labelOf(path)} ${what}: expected ${expectedOf(path)}.`);
  }

  /** Specification §2 and §3: an invoice's reference is its number, and all of that where Tally gives numbers of its own. */
  #refuseOtherReference({ kind, number, reference }: Voucher): void {
    if (kind === 'sales_order' || reference === number) return;
    const message =
      'The reference of an invoice is its own number: expected none, or that number; the number of an order may stand in the narration.';
    this.#fault('reference', message);
  }

  #refuseUnwritable(at: string, fields: object): void {
    for (const [name, value] of Object.entries(fields)) {
      if (typeof value !== 'string' || !UNWRITABLE.test(value)) continue;
      const path = at === '' ? name : `${at}.${name}`;
      const message = `${labelOf(path)} holds a line break, control character or unreadable one: expected one line of text.`;
      this.#fault(path, message);
    }
  }

  #party({ party_gstin, party_state }: VoucherInput): Pick<Voucher, 'partyGstin' | 'partyState'> {
    const partyGstin = party_gstin === undefined ? null : normaliseGstin(party_gstin);
    const registeredIn = partyGstin === null ? null : this.#stateOfGstin(partyGstin);
    const given = party_state === undefined ? null : stateCode(party_state);
    if (party_state !== undefined && given === null) this.#refuse('party_state', 'is none that GST knows');
    // A registration with the centre says nothing of where its holder is.
    const elsewhere = registeredIn !== null && registeredIn !== CENTRE_JURISDICTION && registeredIn !== given;
    if (given !== null && elsewhere) {
      const message = `The party’s GSTIN is of ${stateName(registeredIn)} and the party’s state is ${stateName(given)}: expected the same state, or the GSTIN alone.`;
      this.#fault('party_state', message);
    }
    return { partyGstin, partyState: given ?? registeredIn };
  }

  /** The check digit is not looked at: registrations in use have a wrong one. */
  #stateOfGstin(gstin: string): string | null {
    if (!isGstin(gstin, 'all')) {
      this.#refuse('party_gstin', 'has not the form of a GSTIN');
      return null;
    }
    const code = stateCode(gstin.slice(0, 2));
    if (code === null) this.#refuse('party_gstin', 'does not begin with the code of a state');
    return code;
  }

  #placeOfSupply(text: string): string {
    const code = stateCode(text);
    if (code === null || code === CENTRE_JURISDICTION) this.#refuse('place_of_supply', 'is none that GST knows');
    return code ?? '';
  }

  #amount(path: string, rupees: string | number): Paise {
    const paise = paiseOf(rupees);
    if (paise === null) this.#refuse(path, 'is no amount, or above ₹1,000 crore');
    return paise ?? 0;
  }

  /** What is charged; what is given back stands on a note of its own, and a discount is taken off before tax. */
  #charged(path: string, rupees: string | number): Paise {
    const paise = this.#amount(path, rupees);
    if (paise < 0) {
      this.#fault(path, `${labelOf(path)} is below zero: expected what is charged, discounts already taken off.`);
    }
    return paise;
  }

  #decimal(path: string, value: string | number | undefined): string | null {
    if (value === undefined) return null;
    const decimal = positiveDecimalOf(value);
    if (decimal === null) this.#refuse(path, 'is no number above zero');
    return decimal;
  }

  #line(at: string, line: VoucherLineInput, { kind, reverse_charge }: VoucherInput): VoucherLine {
    this.#refuseUnwritable(at, line);
    if (line.hsn !== undefined && !HSN.test(line.hsn)) this.#refuse(`${at}.hsn`, 'is none');
    for (const field of kind === 'sales_order' ? ORDERED : []) {
      if (line[field] === undefined) this.#refuse(`${at}.${field}`, 'is missing, which a sales order needs');
    }
    const read: VoucherLine = {
      stockItem: line.stock_item ?? null,
      hsn: line.hsn ?? null,
      quantity: this.#decimal(`${at}.quantity`, line.quantity),
      unit: line.unit ?? null,
      rate: this.#decimal(`${at}.rate`, line.rate),
      godown: line.godown ?? null,
      taxablePaise: this.#charged(`${at}.taxable_value`, line.taxable_value),
      cgstPaise: this.#charged(`${at}.cgst`, line.cgst ?? 0),
      sgstPaise: this.#charged(`${at}.sgst`, line.sgst ?? 0),
      igstPaise: this.#charged(`${at}.igst`, line.igst ?? 0),
    };
    this.#refuseHalfTax(at, read);
    if (kind !== 'purchase' && reverse_charge) this.#refuseTaxOfBuyer(at, read);
    return read;
  }

  #refuseHalfTax(at: string, { cgstPaise, sgstPaise }: VoucherLine): void {
    if (cgstPaise > 0 === sgstPaise > 0) return;
    const missing = cgstPaise > 0 ? 'sgst' : 'cgst';
    const message = `${labelOf(`${at}.${missing}`)} is nothing where the other half of the tax is charged: expected CGST and SGST both, or neither.`;
    this.#fault(`${at}.${missing}`, message);
  }

  #refuseTaxOfBuyer(at: string, line: VoucherLine): void {
    for (const tax of ['cgst', 'sgst', 'igst'] as const) {
      if (line[`${tax}Paise`] <= 0) continue;
      const path = `${at}.${tax}`;
      this.#fault(
        path,
        `${labelOf(path)} is charged on a sale in reverse charge: expected none, since the buyer pays the tax.`,
      );
    }
  }

  #refuseMixedTaxes({ lines }: Voucher): void {
    const within = lines.some(({ cgstPaise, sgstPaise }) => cgstPaise + sgstPaise > 0);
    const between = lines.findIndex(({ igstPaise }) => igstPaise > 0);
    if (!within || between === -1) return;
    const path = `lines.${between}.igst`;
    const message = `${labelOf(path)} stands beside CGST and SGST on one voucher: expected either IGST or CGST and SGST.`;
    this.#fault(path, message);
  }

  #refuseOtherSum(voucher: Voucher): void {
    const { taxablePaise, cgstPaise, sgstPaise, igstPaise } = sumsOf(voucher);
    const taxPaise = voucher.reverseCharge ? 0 : cgstPaise + sgstPaise + igstPaise;
    const sumPaise = taxablePaise + taxPaise + voucher.roundOffPaise;
    if (sumPaise === voucher.invoicePaise) return;
    const parts = voucher.reverseCharge
      ? 'The taxable values and round off (in reverse charge the tax is not part of the invoice value)'
      : 'The taxable values, taxes and round off';
    const message = `${parts} add up to ${inRupees(sumPaise)} and the invoice value is ${inRupees(voucher.invoicePaise)}: expected the same to the paisa.`;
    this.#fault('invoice_value', message);
  }
}
