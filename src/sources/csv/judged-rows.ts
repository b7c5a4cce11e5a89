import { type Judged, judge, type RuleSettings } from '../../canonical/rules.js';
import type { CsvDocument } from './documents.js';
import { type RowFault, sentenceOfRule } from './faults.js';
import type { Template } from './templates.js';

/** Judges one document of a file and says for each row whose record was refused which line, column and why. */
export function judgeRows(
  { draft, rows }: CsvDocument,
  template: Template,
  rules: RuleSettings,
): Judged & { faults: RowFault[] } {
  const judged = judge(draft, rules);
  if (judged.quarantined.length === 0) return { ...judged, faults: [] };
  // Records keep their place among the drafts in their key, so the places without one are those of the refused.
  const accepted = new Set(judged.document.records.map(({ source_key }) => source_key));
  const refused = rows.filter((_, index) => !accepted.has(`${draft.docKey}#${index + 1}`));
  const faults = judged.quarantined.map(({ code, field }, index) => {
    const { line, values } = refused[index]!;
    const column = columnOf(field, template);
    return { line, column, code, message: sentenceOfRule(code, column, values[column] ?? '', template, rules) };
  });
  return { ...judged, faults };
}

/** The rules name the fields of records; a distributor knows the columns of the template. */
function columnOf(field: string, template: Template): string {
  if (field === 'invoice_date' || field === 'paid_date') return template.date;
  if (field === 'amount_inr' || field === 'amount_paid_inr') return template.amount;
  return field === 'records' ? template.id : field;
}
