import { DateTime } from 'luxon';
import { addDays } from '../../../canonical/calendar.js';
import type { Masters } from '../masters.js';
import type { InvoiceRow } from '../rows.js';

/**
 * SAP writes the due date on every document; terms are looked up only where it is missing, then the distributor's own
 * credit days. Null when nobody says one: an unknown term is never "due at once".
 */
export function dueDateOf(
  { DocDate, DocDueDate, PaymentGroupCode }: InvoiceRow,
  masters: Masters,
  defaultCreditDays: number | null,
): string | null {
  if (DocDueDate !== null || DocDate === null) return DocDueDate;
  const byTerms = PaymentGroupCode === null ? null : byTermsFrom(DocDate, PaymentGroupCode, masters);
  return byTerms ?? (defaultCreditDays === null ? null : addDays(DocDate, defaultCreditDays));
}

function byTermsFrom(docDate: string, group: number, masters: Masters): string | null {
  const terms = masters.terms(group);
  if (!terms) return null;
  const date = DateTime.fromISO(docDate, { zone: 'utc' });
  const start = START[terms.StartFrom]?.(date);
  return (
    start
      ?.plus({ months: terms.NumberOfAdditionalMonths ?? 0 })
      .plus({ days: terms.NumberOfAdditionalDays ?? 0 })
      .toISODate() ?? null
  );
}

/** From which day terms count. The middle and the start of a month are left unknown: SAP's manual does not say of which. */
const START: Record<string, (date: DateTime) => DateTime> = {
  pdt_None: (date) => date,
  pdt_MonthEnd: (date) => date.endOf('month').startOf('day'),
};
