import { z } from 'zod';
import { RECORD_TYPES } from './records.js';

/** Records by type; `void` counts documents without records: cancelled, gone, ignored, or quarantined as a whole. */
export const PROOF_KINDS = [...RECORD_TYPES, 'void'] as const;

const count = z.number().int().min(0);
export const KindCounts = z.strictObject({
  invoice: count,
  payment: count,
  return: count,
  adjustment: count,
  void: count,
});
export type KindCounts = z.infer<typeof KindCounts>;
export const emptyKinds = (): KindCounts => ({ invoice: 0, payment: 0, return: 0, adjustment: 0, void: 0 });

/** What became of all that was read; counted by the connector, where the rows are. */
export interface ReadAccount {
  read: KindCounts;
  /** Those of the overlap too, which a delta counted as quarantined when they were new. */
  quarantined: KindCounts;
  /** The platform has it as it is. */
  known: KindCounts;
  suppressed: KindCounts;
  sent: KindCounts;
}
/** What became of all that was sent; counted by the platform. */
export interface SentAccount {
  accepted: KindCounts;
  duplicates: KindCounts;
  stale: KindCounts;
  rejected: KindCounts;
}
/** Documents that were published, and how each was resolved. */
export type PublishedAccount = {
  documents: number;
  applied: number;
  duplicates: number;
  stale: number;
  voided: number;
};
/** The books of a run: every record and every document stands in exactly one place. */
export interface RunAccounts extends ReadAccount, SentAccount {
  /** The ERP's own rows when they were read, and when they were understood. */
  rows: { extracted: number; understood: number };
  published: PublishedAccount;
}

export const emptyReadAccount = (): ReadAccount => ({
  read: emptyKinds(),
  quarantined: emptyKinds(),
  known: emptyKinds(),
  suppressed: emptyKinds(),
  sent: emptyKinds(),
});
export const emptySentAccount = (): SentAccount => ({
  accepted: emptyKinds(),
  duplicates: emptyKinds(),
  stale: emptyKinds(),
  rejected: emptyKinds(),
});
export const emptyAccounts = (): RunAccounts => ({
  ...emptyReadAccount(),
  ...emptySentAccount(),
  rows: { extracted: 0, understood: 0 },
  published: { documents: 0, applied: 0, duplicates: 0, stale: 0, voided: 0 },
});

type Columns = Partial<Record<keyof RunAccounts, Record<string, number>>>;

/** Adds `more` into `accounts`, column by column. */
export function addAccounts(accounts: Columns, more: Columns): void {
  for (const [column, counts] of Object.entries(more) as Array<[keyof RunAccounts, Record<string, number>]>) {
    accounts[column] ??= {};
    for (const [name, number] of Object.entries(counts))
      accounts[column][name] = (accounts[column][name] ?? 0) + number;
  }
}

/**
 * The proof of a run, in sentences; empty when every sum adds up:
 * read = sent + known + quarantined + suppressed, sent = accepted + duplicates + stale + rejected, by kind; the rows
 * understood are those extracted; and every document published was applied, a duplicate, stale or a void.
 */
export function faultsOf(accounts: RunAccounts): string[] {
  const faults: string[] = [];
  const mustBe = (what: string, whole: [string, number], parts: Array<[string, number]>): void => {
    const sum = parts.reduce((total, [, number]) => total + number, 0);
    if (whole[1] === sum) return;
    const terms = parts.map(([name, number]) => `${number} ${name}`).join(' + ');
    faults.push(`${what}: ${whole[1]} ${whole[0]}, but ${terms} = ${sum}`);
  };
  const { rows, published } = accounts;
  mustBe('rows', ['extracted', rows.extracted], [['understood', rows.understood]]);
  for (const kind of PROOF_KINDS) {
    const of = (column: keyof ReadAccount | keyof SentAccount): [string, number] => [column, accounts[column][kind]];
    mustBe(kind, of('read'), [of('sent'), of('known'), of('quarantined'), of('suppressed')]);
    mustBe(kind, of('sent'), [of('accepted'), of('duplicates'), of('stale'), of('rejected')]);
  }
  const { documents, applied, duplicates, stale, voided } = published;
  mustBe(
    'documents',
    ['published', documents],
    [
      ['applied', applied],
      ['duplicates', duplicates],
      ['stale', stale],
      ['voided', voided],
    ],
  );
  return faults;
}
