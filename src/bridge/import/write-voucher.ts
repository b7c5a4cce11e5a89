import type { BegunRow, RowOutcome } from '../../canonical/bridge.js';
import type { Voucher } from '../../canonical/vouchers/voucher.js';
import type { BridgeCompany } from '../company.js';
import type { Journal } from '../journal.js';
import type { FoundVoucher } from '../tally/found-voucher.js';
import { differencesOf } from '../tally/same-voucher.js';
import type { TallyBooks } from '../tally/tally-books.js';
import type { Understood } from '../tally/understand-answer.js';
import type { BuiltVoucher } from '../voucher-xml.js';
import { type Answer, askForVoucher, isAbsent } from './ask-tally.js';
import { alreadyThere, created, refused, unknown } from './outcomes.js';

/** A voucher on its way into Tally, and all that it takes. */
export interface Writing {
  row: number;
  voucher: Voucher;
  built: BuiltVoucher;
  company: BridgeCompany;
  tally: TallyBooks;
  journal: Journal;
  /** Where the books' counter stood at some time before it is sent. */
  counterBefore: () => number;
  /** Makes what the voucher needs, once it is certain that it will be sent; or says why that cannot be made. */
  prepare: () => Promise<RowOutcome | null>;
  signal: AbortSignal;
}
export interface WrittenRow {
  outcome: RowOutcome;
  /** As it was read back. */
  found: FoundVoucher | null;
}

/** An outcome that stays unknown, and was found to be "not written", is tried so often. */
const TRIES = 3;

/**
 * Writes one voucher exactly once. The intent is durable before a byte is sent; whatever leaves the outcome unclear, here or in
 * an earlier attempt that never told, is settled by asking Tally; and only what Tally certainly does not hold is sent.
 *
 * @throws SourceUnavailable and what the journal throws: the row stays begun, and the next attempt asks first
 */
export async function writeVoucher(writing: Writing): Promise<WrittenRow> {
  const begun = await writing.journal.begin(writing.row, writing.built.xml);
  if (begun.do === 'settled') return { outcome: begun.outcome, found: null };
  try {
    return await settleBegun(writing, begun);
  } catch (error) {
    const exchanges = writing.tally.takeExchanges();
    if (exchanges.length > 0)
      await writing.journal.settle(writing.row, begun.attempt, null, exchanges).catch(() => undefined);
    throw error;
  }
}

type Begun = Exclude<BegunRow, { do: 'settled' }>;

async function settleBegun(writing: Writing, begun: Begun): Promise<WrittenRow> {
  if (begun.do === 'ask') {
    const isEarlierJobs = begun.because === 'created_before';
    const asked = await ask(
      writing,
      begun,
      isEarlierJobs ? alreadyThere : (found) => createdAs(writing, found, 'CREATED'),
      null,
    );
    if (asked !== 'absent') return asked;
    if (isEarlierJobs) return await settle(writing, begun, refused('WRITTEN_AND_GONE'), null);
  }
  const hindrance = await writing.prepare();
  if (hindrance) return await settle(writing, begun, hindrance, null);
  for (let tries = 1; ; tries += 1) {
    const counterBefore = writing.counterBefore();
    const understood = await writing.tally.send(writing.built.xml, 'send', writing.signal);
    const wasSentBefore = begun.do === 'ask' || tries > 1;
    const settled = await judge(writing, begun, understood, wasSentBefore, counterBefore);
    if (settled !== 'absent') return settled;
    if (tries === TRIES)
      return await settle(writing, begun, unknown('OUTCOME_UNKNOWN', `It was tried ${TRIES} times.`), null);
  }
}

/** What came of one sending; `absent`: certainly nothing. */
async function judge(
  writing: Writing,
  begun: Begun,
  understood: Understood,
  wasSentBefore: boolean,
  counterBefore: number,
): Promise<WrittenRow | 'absent'> {
  switch (understood.claim) {
    case 'created':
    case 'altered': {
      const isStrange = understood.claim === 'altered' && !wasSentBefore;
      const code = isStrange ? 'ALTERED_ANOTHER' : understood.claim === 'altered' ? 'ALTERED_OWN' : 'CREATED';
      return await readBack(writing, begun, understood.masterId, code);
    }
    case 'refused': {
      if (understood.code !== 'NUMBER_TAKEN')
        return await settle(writing, begun, refused(understood.code, understood.words), null);
      const { equal } = await askOnce(writing);
      const outcome = equal[0] ? alreadyThere(equal[0]) : refused('NUMBER_TAKEN', understood.words);
      return await settle(writing, begun, outcome, equal[0] ?? null);
    }
    case 'unclear': {
      if (understood.code !== 'OUTCOME_UNKNOWN')
        return await settle(writing, begun, unknown(understood.code, understood.words), null);
      return await ask(writing, begun, (found) => createdAs(writing, found, 'CREATED'), counterBefore);
    }
    case 'company_not_open':
      throw new Error('A company that is not open is told by an error of its own.');
  }
}

/** Success is what reads back as it was sent. */
async function readBack(
  writing: Writing,
  begun: Begun,
  masterId: number | null,
  code: 'CREATED' | 'ALTERED_OWN' | 'ALTERED_ANOTHER',
): Promise<WrittenRow> {
  const { tally, voucher, built, company, signal } = writing;
  const found =
    masterId === null
      ? ((await askOnce(writing)).equal[0] ?? null)
      : await tally.byMasterId(voucher.date, masterId, signal);
  if (found === null) {
    // "No rows" is also what a Tally answers whose company was closed meanwhile.
    await tally.state(signal);
    return await settle(writing, begun, unknown('INVISIBLE'), null);
  }
  const differences = differencesOf(found, voucher, built, company.numbering);
  if (code === 'ALTERED_ANOTHER') return await settle(writing, begun, unknown(code, '', found), found);
  if (differences.length > 0)
    return await settle(writing, begun, unknown('READ_BACK_DIFFERS', `${differences.join('; ')}.`, found), found);
  return await settle(writing, begun, createdAs(writing, found, code), found);
}

/** Asks Tally whether the voucher is there, and settles the row where it is. */
async function ask(
  writing: Writing,
  begun: Begun,
  whenThere: (found: FoundVoucher) => RowOutcome,
  counterBefore: number | null,
): Promise<WrittenRow | 'absent'> {
  const { tally, company, signal } = writing;
  const { equal, different, renumbered } = await askOnce(writing);
  if (equal.length > 1 && company.numbering === 'manual')
    return await settle(writing, begun, unknown('AMBIGUOUS', `There are ${equal.length}.`), null);
  for (const found of equal) {
    const outcome = whenThere(found);
    const exchanges = tally.takeExchanges();
    const { stored } = await writing.journal.settle(writing.row, begun.attempt, outcome, exchanges);
    // Taken: it is known to be another row's, of the same reference.
    if (stored) return { outcome, found };
  }
  // A reference that is not the number stands on other vouchers too, so only what came since the sending is suspect.
  const isOurs = ({ found }: Answer['renumbered'][number]): boolean =>
    counterBefore === null ? writing.voucher.reference === writing.voucher.number : found.alterId > counterBefore;
  const other = different[0] ?? renumbered.find(isOurs);
  if (other && company.numbering === 'manual')
    return await settle(
      writing,
      begun,
      unknown('READ_BACK_DIFFERS', `${other.differences.join('; ')}.`, other.found),
      other.found,
    );
  const without = async (): Promise<Answer> => ({
    equal: (await askOnce(writing)).equal.slice(equal.length),
    different: [],
    renumbered: [],
  });
  const wouldBeSent = begun.do === 'send' || begun.because === 'outcome_unknown';
  if (await isAbsent(tally, counterBefore, without, { date: writing.voucher.date, wouldBeSent, signal }))
    return 'absent';
  return await settle(writing, begun, unknown('OUTCOME_UNKNOWN'), null);
}

const askOnce = ({ tally, company, voucher, built, signal }: Writing): Promise<Answer> =>
  askForVoucher(tally, company, voucher, built, signal);

const createdAs = (
  { voucher, company }: Writing,
  found: FoundVoucher,
  code: 'CREATED' | 'ALTERED_OWN' | 'ALTERED_ANOTHER',
) =>
  created(
    code === 'CREATED' && company.numbering === 'automatic' && found.number !== voucher.number
      ? 'CREATED_RENUMBERED'
      : code,
    '',
    found,
  );

async function settle(
  writing: Writing,
  begun: Begun,
  outcome: RowOutcome,
  found: FoundVoucher | null,
): Promise<WrittenRow> {
  const { stored } = await writing.journal.settle(writing.row, begun.attempt, outcome, writing.tally.takeExchanges());
  if (stored) return { outcome, found };
  const ambiguous = unknown('AMBIGUOUS', 'What reads back is known to be another voucher of the same company.');
  await writing.journal.settle(writing.row, begun.attempt, ambiguous, []);
  return { outcome: ambiguous, found: null };
}
