const MOBILE = /^(?:91|0)?([6-9]\d{9})$/;

/**
 * The ten digits of an Indian mobile number from text as an ERP holds it (`+91 98765-43210`, `098765 43210`); null for
 * anything else, such as a landline or two numbers in one field.
 */
export function normalisePhone(text: string): string | null {
  return MOBILE.exec(text.replace(/\D/g, ''))?.[1] ?? null;
}
