/** GSTIN: the 15 characters of a taxpayer's GST registration. */

/** `ordinary`: the specification's pattern alone. `all`: also the registrations it refuses though they are valid. */
export const GSTIN_FORMS = ['ordinary', 'all'] as const;
export type GstinForms = (typeof GSTIN_FORMS)[number];

/** Integration specification §6, character for character. */
const ORDINARY = /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z]{1}[1-9A-Z]{1}Z[0-9A-Z]{1}$/;

/** The further forms GST software accepts (india-compliance, `gst_india/constants`). */
const FURTHER = [
  // Ordinary taxpayers whose 14th character is not Z, and e-commerce operators (TCS, C).
  /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z][Z1-9A-J][0-9A-Z]$/,
  // Deductors (TDS), whose tax deduction account number stands where others have their PAN.
  /^[0-9]{2}[A-Z]{4}[A-Z0-9][0-9]{4}[A-Z][1-9A-Z]D[0-9A-Z]$/,
  // Government departments.
  /^[0-9]{2}[A-Z]{4}[0-9]{5}[A-Z][0-9]Z[0-9]$/,
  // Non-resident taxpayers.
  /^[0-9]{4}[A-Z]{3}[0-9]{5}NR[0-9A-Z]$/,
  // Online services from abroad (OIDAR).
  /^99[0-9]{2}[A-Z]{3}[0-9]{5}OS[0-9A-Z]$/,
  // United Nations bodies and embassies (UIN).
  /^[0-9]{4}[A-Z]{3}[0-9]{5}[UO]N[A-Z0-9]$/,
];

/** As it is compared and sent: trimmed, upper case. */
export const normaliseGstin = (text: string): string => text.trim().toUpperCase();

/** Whether a normalised GSTIN has one of the accepted forms. The check digit is another question. */
export function isGstin(gstin: string, forms: GstinForms): boolean {
  return ORDINARY.test(gstin) || (forms === 'all' && FURTHER.some((form) => form.test(gstin)));
}

/** 0 to 9 count as themselves, A to Z as 10 to 35. */
const weightOf = (code: number): number => (code < 65 ? code - 48 : code - 55);
const digitOf = (value: number): string => value.toString(36).toUpperCase();

/** The 15th character that belongs to the first 14 (Luhn's method in base 36, weights 1, 2, 1, 2 …). */
export function gstinCheckDigit(gstin: string): string {
  let total = 0;
  for (let place = 0; place < 14; place += 1) {
    const product = weightOf(gstin.charCodeAt(place)) * (place % 2 === 0 ? 1 : 2);
    total += (product >= 36 ? 1 : 0) + (product % 36);
  }
  return digitOf((36 - (total % 36)) % 36);
}

/** Valid registrations with a wrong check digit exist (old transporter ids), so this flags and never refuses. */
export const hasRightCheckDigit = (gstin: string): boolean => gstin.charAt(14) === gstinCheckDigit(gstin);
