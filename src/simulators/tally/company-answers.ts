import { compactOf, type Day } from '../calendar.js';
import { type Answer, type AnswerOptions, collection } from './answer-parts.js';
import type { Book } from './book.js';
import type { FaultKind } from './faults.js';
import { wants } from './fetch-list.js';
import type { TallyRequest } from './request.js';
import type { Identity } from './voucher-xml.js';
import { EOL, escapeXml } from './xml.js';

/** The companies that are open; the one SVCURRENTCOMPANY names makes no difference. */
export function companies(
  identity: Identity,
  request: TallyRequest,
  options: AnswerOptions,
  faults: ReadonlyMap<FaultKind, number | undefined>,
): Answer {
  const { book, guid } = identity;
  const { fetch } = request;
  const fallen = faults.has('counters_fallen') ? (faults.get('counters_fallen') ?? Math.floor(book.alterId / 2)) : 0;
  const row = (
    name: string,
    companyGuid: string,
    booksFrom: Day,
    last: Day,
    counters: Record<string, number>,
  ): string => {
    const text = escapeXml(name);
    let xml = `    <COMPANY NAME="${text}" RESERVEDNAME="">${EOL}`;
    if (wants(fetch, 'LASTVOUCHERDATE'))
      xml += `     <LASTVOUCHERDATE TYPE="Date">${compactOf(last)}</LASTVOUCHERDATE>${EOL}`;
    if (wants(fetch, 'BOOKSFROM')) xml += `     <BOOKSFROM TYPE="Date">${compactOf(booksFrom)}</BOOKSFROM>${EOL}`;
    if (wants(fetch, 'STARTINGFROM'))
      xml += `     <STARTINGFROM TYPE="Date">${compactOf(booksFrom)}</STARTINGFROM>${EOL}`;
    if (wants(fetch, 'NAME')) xml += `     <NAME TYPE="String">${text}</NAME>${EOL}`;
    if (wants(fetch, 'GUID')) xml += `     <GUID TYPE="String">${companyGuid}</GUID>${EOL}`;
    if (wants(fetch, 'PHONENUMBER')) xml += `     <PHONENUMBER TYPE="String">${book.company.phone}</PHONENUMBER>${EOL}`;
    if (wants(fetch, 'GSTREGISTRATIONNUMBER'))
      xml += `     <GSTREGISTRATIONNUMBER TYPE="String">${book.company.gstin}</GSTREGISTRATIONNUMBER>${EOL}`;
    for (const [counter, value] of Object.entries(counters))
      if (wants(fetch, counter)) xml += `     <${counter} TYPE="Number"> ${value}</${counter}>${EOL}`;
    return `${xml}    </COMPANY>${EOL}`;
  };
  const rows: string[] = [];
  if (!faults.has('company_closed') && !faults.has('zero_rows')) {
    rows.push(
      row(book.company.name, guid, book.company.booksFrom, book.lastVoucherDay(), {
        ALTERID: Math.max(0, book.alterId - fallen),
        ALTVCHID: Math.max(0, book.lastVoucherAlterId - fallen),
        ALTMSTID: Math.max(0, book.lastMasterAlterId - fallen),
      }),
    );
    for (const { company, ...other } of options.otherBooks.map(shownCompany))
      rows.push(row(company.name, company.guid, company.booksFrom, other.last, other.counters));
    for (const [index, name] of options.otherCompanies.entries())
      rows.push(
        row(name, `0000000${index}${guid.slice(8)}`, book.company.booksFrom, book.company.booksFrom, {
          ALTERID: 0,
          ALTVCHID: 0,
          ALTMSTID: 0,
        }),
      );
  }
  return collection(book, '', rows);
}

const shownCompany = (book: Book) => ({
  company: book.company,
  last: book.lastVoucherDay(),
  counters: { ALTERID: book.alterId, ALTVCHID: book.lastVoucherAlterId, ALTMSTID: book.lastMasterAlterId },
});
