import type { ConnectorDesk } from '../activities/connector/desk.js';
import { standing } from '../activities/connector/standing.js';
import type { StandingResponse } from '../canonical/contract.js';
import type { DraftDocument, DraftRecord } from '../canonical/drafts.js';
import type { Paise } from '../canonical/money.js';
import type { QuarantineCode } from '../canonical/quarantine.js';
import { QUARANTINE_ADVICE } from '../canonical/quarantine-advice.js';
import type { RecordType } from '../canonical/records.js';
import { judge, type QuarantinedDraft, type RuleSettings } from '../canonical/rules.js';

/** What explaining needs of a connector: the ERP, the rules, and which payments wait, as the platform says. */
export type QuarantineDesk = Pick<ConnectorDesk, 'settings' | 'source' | 'platform' | 'rules'>;
export type QuarantinedDocument = StandingResponse['documents'][number];

/** What the platform knows to be quarantined: keys, days and codes; no retailer, no amount, no number. */
export async function quarantinedDocuments({
  settings,
  source,
  platform,
}: QuarantineDesk): Promise<QuarantinedDocument[]> {
  const found: QuarantinedDocument[] = [];
  const prefix = source.keyPrefix(await source.masters());
  for await (const document of standing(platform, settings.distributorId, prefix, true)) found.push(document);
  return found;
}

/**
 * Finds the live documents of a number (`original_id` of the quarantine log) or key in the ERP, and puts them into words,
 * with each rule they break and what to do. The words hold the retailer's identity: they are for the screen in front of
 * the distributor's own people, and are neither logged nor sent.
 */
export async function explainQuarantined(desk: QuarantineDesk, id: string): Promise<string[]> {
  const { source } = desk;
  const masters = await source.masters();
  const documents = [...source.openingDocuments(masters)].filter(
    ({ docKey, drafts }) => docKey === id || drafts.some(({ number }) => number.trim() === id.trim()),
  );
  for await (const row of source.find(id, masters, new AbortController().signal))
    documents.push(source.toCanonical(row, masters));
  const waiting = await waitingKeys(desk);
  return documents.flatMap((document) => explain(document, desk.rules(), waiting));
}

/** Null where the platform cannot be asked: the rest can be explained without it. */
async function waitingKeys(desk: QuarantineDesk): Promise<ReadonlySet<string> | null> {
  try {
    const documents = await quarantinedDocuments(desk);
    return new Set(
      documents.filter(({ quarantined }) => quarantined.includes('INVOICE_QUARANTINED')).map(({ doc_key }) => doc_key),
    );
  } catch {
    return null;
  }
}

function explain(document: DraftDocument, rules: RuleSettings, waiting: ReadonlySet<string> | null): string[] {
  const lines = [`Document ${document.docKey}`];
  if (document.cancelled) return [...lines, '  is cancelled in the ERP: nothing of it is sent.', ''];
  if (document.drafts.length === 0 && document.fault === null)
    return [...lines, `  is not sent, and not quarantined: ${document.ignored ?? 'it holds nothing'}.`, ''];
  const { quarantined } = judge(document, rules);
  const waits = waiting?.has(document.docKey) ?? false;
  for (const draft of document.drafts) {
    lines.push(...shown(draft));
    const [fault] = judge({ ...document, drafts: [draft] }, rules).quarantined;
    if (fault) lines.push(...broken(fault.code, fault));
    else if (waits && draft.type === 'payment' && draft.bill !== null) lines.push(...broken('INVOICE_QUARANTINED'));
  }
  // What is wrong with the document as a whole shows on no record of its own.
  if (document.drafts.length === 0) for (const fault of quarantined) lines.push(...broken(fault.code, fault));
  const tooLarge = quarantined.find(({ code, field }) => code === 'DOCUMENT_TOO_LARGE' && field === 'records');
  if (tooLarge) lines.push(...broken(tooLarge.code, tooLarge));
  if (quarantined.length === 0 && !waits)
    lines.push('  ✓ It keeps every rule as it stands in the ERP now; the next sync takes it.');
  if (waiting === null) lines.push('  The platform could not be asked whether a payment of it waits for its invoice.');
  return [...lines, ''];
}

const CALLED: Record<RecordType, string> = {
  invoice: 'Invoice',
  payment: 'Payment',
  return: 'Credit note',
  adjustment: 'Adjustment',
};
const rupees = (paise: Paise | null): string =>
  paise === null
    ? 'not an amount in rupees'
    : `₹${(paise / 100).toLocaleString('en-IN', { minimumFractionDigits: 2 })}`;
/** A terminal obeys control characters, wherever they come from. */
const printable = (line: string): string => line.replace(/\p{Cc}/gu, '');

function shown(draft: DraftRecord): string[] {
  const { party } = draft;
  const bills = 'bills' in draft ? draft.bills : draft.bill === null ? [] : [draft.bill];
  return [
    `  ${CALLED[draft.type]} ${draft.number || '(without number)'} of ${draft.date ?? '(no date)'}`,
    `    retailer  ${party.name}`,
    `    GSTIN     ${party.gstin ?? 'none'}`,
    `    phone     ${party.phone ?? 'none'}`,
    `    amount    ${rupees(draft.amountPaise)}`,
    ...bills.map(({ name, date }) => `    bill      ${name}${date === null ? '' : ` of ${date}`}`),
  ].map(printable);
}

function broken(code: QuarantineCode, fault?: QuarantinedDraft): string[] {
  const { rule, advice } = QUARANTINE_ADVICE[code];
  return [`    ✗ ${code}${fault ? ` (${fault.field})` : ''}: ${rule}`, `      What to do: ${advice}`];
}
