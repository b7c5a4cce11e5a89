import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { OutcomeCode } from '../../canonical/bridge.js';

/**
 * What Tally's answer to the import of one voucher says of it. `created` and `altered` are claims, to be read back. `refused`:
 * nothing was written. `unclear`: Tally has to be asked.
 */
export type Understood =
  | { claim: 'created' | 'altered'; masterId: number | null }
  | { claim: 'refused'; code: OutcomeCode; words: string }
  | { claim: 'unclear'; code: OutcomeCode; words: string; masterId: number | null }
  /** No voucher of this company can be written until somebody acts. */
  | { claim: 'company_not_open' };

const parser = new XMLParser({ ignoreAttributes: true, parseTagValue: false, trimValues: true });
const COUNTERS = ['CREATED', 'ALTERED', 'DELETED', 'COMBINED', 'IGNORED', 'ERRORS', 'CANCELLED', 'EXCEPTIONS'] as const;
type Counters = Record<(typeof COUNTERS)[number], number>;

/** @param text Decoded, and without what XML forbids (facts: Tally writes control characters into its answers). */
export function understandAnswer(text: string): Understood {
  if (text.trim() === '' || XMLValidator.validate(text) !== true) {
    return unclear('OUTCOME_UNKNOWN', 'The answer is empty or cut short.');
  }
  const response = responseOf(parser.parse(text));
  if (response === null) return unclear('OUTCOME_UNKNOWN', 'The answer is not one that Tally gives to an import.');
  const lineErrors = textsOf(response.LINEERROR);
  const words = lineErrors.join(' ');
  if (/SVCurrentCompany/i.test(words)) return { claim: 'company_not_open' };
  if (!COUNTERS.some((name) => response[name] !== undefined)) {
    return words === ''
      ? refused('REQUEST_NOT_UNDERSTOOD', 'The answer holds no counter.')
      : refused(codeOfWords(words), words);
  }
  return judge(countersOf(response), words, positive(response.LASTVCHID));
}

function judge(counters: Counters, words: string, masterId: number | null): Understood {
  const { CREATED: created, ALTERED: altered, ERRORS: errors, EXCEPTIONS: exceptions, IGNORED: ignored } = counters;
  const written = created + altered;
  const complained = errors > 0 || exceptions > 0 || words !== '';
  if (written > 1) return unclear('MORE_THAN_ONE', `Tally counts ${created} created and ${altered} altered.`, masterId);
  if (written === 1 && complained) {
    return unclear('LINE_ERROR', `Tally wrote the voucher and complained: ${words || 'without words'}`, masterId);
  }
  if (created === 1) return { claim: 'created', masterId };
  if (altered === 1) return { claim: 'altered', masterId };
  if (words !== '') return refused(codeOfWords(words), words);
  if (exceptions > 0) return refused('EXCEPTION_UNEXPLAINED', `Tally counts ${exceptions} exceptions.`);
  if (ignored > 0) return refused('IGNORED', `Tally counts ${ignored} ignored.`);
  if (errors > 0) return refused('LINE_ERROR', `Tally counts ${errors} errors, without words.`);
  return refused('NOTHING_HAPPENED', 'Every counter is nought.');
}

/** As measured and as the specification §5 prints them; single and double quotes both occur. */
const WORDS: Array<[RegExp, OutcomeCode]> = [
  [/totals? do(es)? not match/i, 'TOTALS_DIFFER'],
  [/already exists|duplicate/i, 'NUMBER_TAKEN'],
  [/(does not exist|is not defined|could not find)/i, 'MASTER_MISSING'],
  [/\bdate\b.*(missing|out of|range|period)/i, 'DATE_NOT_ALLOWED'],
];
const codeOfWords = (words: string): OutcomeCode => WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'LINE_ERROR';

type Response = Record<string, unknown>;

/** Bare, or in the envelope of the VERSION-1 form. */
function responseOf(document: unknown): Response | null {
  const { RESPONSE: bare, ENVELOPE: envelope } = nodeOf(document);
  // Words alone are what Tally answers to a request that it does not know.
  if (typeof bare === 'string') return {};
  if (bare !== undefined) return nodeOf(bare);
  if (envelope === undefined) return null;
  const { BODY: body, LINEERROR } = nodeOf(envelope);
  const { DATA: data, IMPORTRESULT: direct } = nodeOf(body);
  const result = direct ?? nodeOf(data).IMPORTRESULT;
  const lineError = LINEERROR ?? nodeOf(body).LINEERROR ?? nodeOf(data).LINEERROR;
  if (result === undefined && lineError === undefined) return null;
  return { ...nodeOf(result), ...(lineError === undefined ? {} : { LINEERROR: lineError }) };
}

const nodeOf = (value: unknown): Response =>
  typeof value === 'object' && value !== null ? ((Array.isArray(value) ? value[0] : value) as Response) : {};
const textsOf = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((text): text is string => typeof text === 'string' && text !== '');
const countersOf = (response: Response): Counters =>
  Object.fromEntries(COUNTERS.map((name) => [name, Number(response[name] ?? 0) || 0])) as Counters;
const positive = (value: unknown): number | null =>
  Number.isSafeInteger(Number(value)) && Number(value) > 0 ? Number(value) : null;

const refused = (code: OutcomeCode, words: string): Understood => ({ claim: 'refused', code, words });
const unclear = (code: OutcomeCode, words: string, masterId: number | null = null): Understood => ({
  claim: 'unclear',
  code,
  words,
  masterId,
});
