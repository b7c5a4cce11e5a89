import { stateCode, stateName } from './states.js';
import { sumsOf, type Voucher } from './voucher.js';

/** What a voucher is held against in the company it is for. */
export interface CompanyRules {
  /** The company's own registration; null where none is known. */
  gstin: string | null;
  /**
   * What tells CGST and SGST from IGST: the supplier's state held against the place of supply, which is the law (IGST Act,
   * s. 7 and 8), or the party's, as the specification of the vouchers has it.
   */
  intraStateTest: 'supplier_state' | 'party_state';
  /** First and last ISO day the books are open for; null: to no end. */
  booksFrom: string;
  booksTo: string | null;
}

export interface CompanyFault {
  code: 'DATE_OUTSIDE_BOOKS' | 'TAX_CONTRADICTS_STATES';
  /** One sentence that names states and days of the books, nothing else. */
  message: string;
}

/** Why a voucher cannot be written into this company, null where it can be. Amounts are facts: held against, never recomputed. */
export function checkForCompany(voucher: Voucher, rules: CompanyRules): CompanyFault | null {
  const message = dateFault(voucher, rules);
  if (message !== null) return { code: 'DATE_OUTSIDE_BOOKS', message };
  const contradiction = taxFault(voucher, rules);
  return contradiction === null ? null : { code: 'TAX_CONTRADICTS_STATES', message: contradiction };
}

function dateFault({ date }: Voucher, { booksFrom, booksTo }: CompanyRules): string | null {
  if (date < booksFrom)
    return `The date lies before the company’s books, which begin on ${booksFrom}: expected a later day.`;
  if (booksTo !== null && date > booksTo) {
    return `The date lies after the last day the company’s books are open for, ${booksTo}: expected an earlier day.`;
  }
  return null;
}

function taxFault(voucher: Voucher, rules: CompanyRules): string | null {
  const { cgstPaise, sgstPaise, igstPaise } = sumsOf(voucher);
  const hasStateTax = cgstPaise + sgstPaise > 0;
  if (!hasStateTax && igstPaise === 0) return null;
  if (voucher.taxTreatment === 'sez') {
    return hasStateTax
      ? 'The voucher is marked as a supply to or by an SEZ and bears CGST and SGST: expected IGST, as between two states.'
      : null;
  }
  const tested = testedState(voucher, rules);
  // Nobody knows where the other side is; the taxes are what was charged.
  if (tested.code === null) return null;
  const isIntraState = tested.code === voucher.placeOfSupply;
  const states = `${tested.whose} state is ${stateName(tested.code)}, the place of supply is ${stateName(voucher.placeOfSupply)}`;
  if (hasStateTax && !isIntraState)
    return `${states}, and the voucher bears CGST and SGST: expected IGST between two states.`;
  if (igstPaise > 0 && isIntraState) {
    return `${states}, and the voucher bears IGST: expected CGST and SGST within one state; supplies to SEZ need \`tax_treatment: "sez"\`.`;
  }
  return null;
}

function testedState(
  { kind, partyState }: Voucher,
  { gstin, intraStateTest }: CompanyRules,
): { whose: string; code: string | null } {
  if (intraStateTest === 'supplier_state' && kind !== 'purchase') {
    return { whose: 'The company’s', code: gstin === null ? null : stateCode(gstin.slice(0, 2)) };
  }
  return { whose: kind === 'purchase' ? 'The supplier’s' : 'The party’s', code: partyState };
}
