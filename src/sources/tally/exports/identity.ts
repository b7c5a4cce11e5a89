import { ContentRefused } from '../../errors.js';
import type { Masters } from '../masters.js';
import type { Survey } from './survey.js';

/**
 * GUID of the company the files are of. Where it is not `required`, the first that anything points to, else `unknown`.
 * Throws ContentRefused.
 *
 * @param surveys of the data, then of a neighbouring export where there is one
 * @param pinned the only company that is taken, null for any
 */
export function companyOf(surveys: readonly Survey[], pinned: string | null, required: boolean): string {
  if (!required) return pinned ?? pointedTo(surveys[0]!)[0] ?? 'unknown';
  const [found, ...neighbours] = surveys.map((survey) => {
    const guids = pointedTo(survey);
    if (pinned !== null) {
      // Vouchers that another company's Tally made bear its GUID; they stand beside others of the company's own.
      const same = guids.find((guid) => guid.toLowerCase() === pinned.toLowerCase());
      if (guids.length > 0 && same === undefined) throw otherCompany();
      return same ?? pinned;
    }
    if (guids.length > 1) throw companyUnknown('points to several companies');
    return guids[0] ?? null;
  });
  const company = found ?? neighbours.find((guid) => guid !== null) ?? null;
  if (company === null) throw companyUnknown('does not say which company it is of');
  if (neighbours.some((guid) => guid !== null && guid !== company)) throw otherCompany();
  return company;
}

/** What a file says of itself is believed before what the GUIDs in it begin by. */
function pointedTo({ named, companies, implied }: Survey): string[] {
  if (named.size > 0) return [...named];
  const listed = new Set(companies.map(({ guid }) => guid).filter((guid) => guid !== ''));
  return [...(listed.size === 1 ? listed : implied)];
}

/** Throws ContentRefused where a voucher or a debtor could not be told from others in the next export. */
export function assertIdentified({ vouchers, unidentified, lists }: Survey, masters: Masters): void {
  if (unidentified > 0) {
    throw new ContentRefused(
      'VOUCHERS_WITHOUT_ID',
      `Of the ${vouchers} vouchers, ${unidentified} have no GUID or no ALTERID: expected both on each, as in Day Book or Voucher Register exported from Tally itself as XML (Data Interchange).`,
    );
  }
  const nameless = lists.ledgers.filter(({ name, guid }) => guid === '' && masters.ledger(name)?.party);
  if (nameless.length > 0) {
    throw new ContentRefused(
      'LEDGERS_WITHOUT_ID',
      `Of the ledgers of debtors, ${nameless.length} have no GUID: expected one on each, as in List of Accounts exported from Tally itself as XML.`,
    );
  }
}

const companyUnknown = (what: string): ContentRefused =>
  new ContentRefused(
    'COMPANY_UNKNOWN',
    `The export ${what}: expected the GUID of one company, as in an export from Tally itself as XML (Data Interchange).`,
  );
const otherCompany = (): ContentRefused =>
  new ContentRefused(
    'OTHER_COMPANY',
    'The export is of another company than the books it is read for: expected one of the same company.',
  );
