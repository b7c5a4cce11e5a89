import type { AnswerOptions } from './answer-parts.js';
import type { Book } from './book.js';
import * as envelope from './envelope.js';
import type { FetchNode } from './fetch-list.js';
import type { LineStyle } from './ledger-lines.js';
import { groupXml, ledgerXml, voucherTypeXml } from './master-xml.js';
import { type Identity, reportVoucher } from './voucher-xml.js';
import { EOL, escapeXml } from './xml.js';

/** One object as reports and files wrap it. */
export const message = (object: string): string =>
  `   <TALLYMESSAGE xmlns:UDF="TallyUDF">${EOL}${object}   </TALLYMESSAGE>${EOL}`;

const EVERYTHING: FetchNode = { whole: true, fields: new Map() };

/** Masters as messages, as List of Accounts and files hold them. */
export function* accountMessages(identity: Identity, accountType: string | null): Generator<string> {
  const { book } = identity;
  const wanted = (accountType ?? 'All Masters').toLowerCase();
  const all = wanted === 'all masters' || wanted === 'all accounts';
  if (all || wanted === 'groups')
    for (const group of book.groups) yield message(groupXml(identity, group, EVERYTHING, 'bare'));
  if (all || wanted === 'voucher types')
    for (const type of book.voucherTypes) yield message(voucherTypeXml(identity, type, EVERYTHING, 'bare'));
  if (all || wanted === 'ledgers')
    for (const ledger of book.ledgers) yield message(ledgerXml(identity, ledger, EVERYTHING, 'bare', () => 0));
}

/** The shape of a file that was exported by hand: every object a message, masters first. */
export function* fileExport(
  book: Book,
  kind: 'masters' | 'vouchers' | 'all',
  options: AnswerOptions,
): Generator<string> {
  const identity: Identity = { book, guid: book.company.guid };
  const style: LineStyle = {
    typed: false,
    emptyTags: options.emptyTags,
    billDates: options.billDatesInReports,
    blankNamedBills: false,
  };
  const name = escapeXml(book.company.name);
  yield envelope.fileHead(name);
  if (kind !== 'vouchers') yield* accountMessages(identity, null);
  if (kind !== 'masters')
    for (const voucher of book.vouchersBetween(0, Number.MAX_SAFE_INTEGER))
      yield message(reportVoucher(identity, voucher, style));
  yield message(
    `    <COMPANY>${EOL}     <REMOTECMPINFO.LIST MERGE="Yes">${EOL}      <NAME>${identity.guid}</NAME>${EOL}      <REMOTECMPNAME>${name}</REMOTECMPNAME>${EOL}     </REMOTECMPINFO.LIST>${EOL}    </COMPANY>${EOL}`,
  );
  yield envelope.fileEnd;
}
