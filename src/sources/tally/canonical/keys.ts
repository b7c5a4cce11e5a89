const OPENING = '/opening';

/** A voucher's document; with '' the beginning of every key of the company. */
export const voucherKey = (companyGuid: string, guid: string): string => `tally/${companyGuid}/${guid}`;

/** The document of a ledger's opening balance. */
export const openingKey = (companyGuid: string, ledgerGuid: string): string =>
  `${voucherKey(companyGuid, ledgerGuid)}${OPENING}`;
export const isOpening = (docKey: string): boolean => docKey.endsWith(OPENING);
export const openingGuid = (docKey: string): string =>
  docKey.slice(docKey.lastIndexOf('/', docKey.length - OPENING.length - 1) + 1, -OPENING.length);
