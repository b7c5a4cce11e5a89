/** SAP's numbers for its kinds of documents; with the document's entry they tell it from all others for ever. */
export const OBJECT_TYPES = {
  invoice: 13,
  creditNote: 14,
  incomingPayment: 24,
  journal: 30,
  vendorPayment: 46,
} as const;
export type DocumentKind = keyof typeof OBJECT_TYPES;

/** Every key of a company begins so. */
export const companyPrefix = (companyDb: string): string => `sap/${companyDb}/`;

export const documentKey = (companyDb: string, kind: DocumentKind, entry: number): string =>
  `${companyPrefix(companyDb)}${OBJECT_TYPES[kind]}-${entry}`;

/** Null for a key of something else. */
export function partsOfKey(docKey: string): { kind: DocumentKind; entry: number } | null {
  const [, type, entry] = /\/(\d+)-(\d+)$/.exec(docKey) ?? [];
  const [kind] = Object.entries(OBJECT_TYPES).find(([, number]) => String(number) === type) ?? [];
  return kind === undefined ? null : { kind: kind as DocumentKind, entry: Number(entry) };
}
