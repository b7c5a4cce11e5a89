import { stringify } from 'csv-stringify/sync';
import { type BridgeJob, type Exchange, type JobReport, ReportRow } from '../canonical/bridge.js';
import { table } from './table.js';

/** A terminal obeys control characters, wherever they come from. */
const printable = (text: string): string => text.replace(/(?!\n)\p{Cc}/gu, '');

const COLUMNS = Object.keys(ReportRow.shape) as Array<keyof ReportRow>;

/** A line a voucher. What a spreadsheet would take for a formula is text. */
export const reportCsv = ({ rows }: JobReport): string =>
  stringify(rows, { header: true, columns: COLUMNS, escape_formulas: true });

export function reportText({ job, rows }: JobReport): string {
  const lines = rows.map(({ row, kind, number, date, state, code, tally_number }) =>
    [String(row), kind, number, date, state, code ?? '', tally_number ?? ''].map(printable),
  );
  const sentences = rows.filter(({ state, message }) => message !== null && NOT_WELL.has(state));
  return [
    countsText(job),
    '',
    table([['row', 'kind', 'number', 'date', 'state', 'code', 'in Tally'], ...lines]),
    ...(sentences.length === 0 ? [] : ['']),
    ...sentences.map(({ row, message }) => printable(`row ${row}: ${message}`)),
  ].join('\n');
}
const NOT_WELL: ReadonlySet<string> = new Set(['refused', 'unknown', 'skipped']);

export const countsText = ({ job_id, settled_at, counts }: BridgeJob): string => {
  const named = Object.entries(counts).filter(([, count]) => count > 0);
  return `${job_id}: ${named.map(([state, count]) => `${count} ${state}`).join(', ')}${settled_at === null ? '; not at its end' : ''}`;
};

export const jobsText = (jobs: BridgeJob[]): string =>
  jobs.map((job) => `${job.created_at}  ${countsText(job)} (by ${printable(job.by)})`).join('\n');

export interface FoundExchange extends Exchange {
  job_id: string;
  row: number;
  attempt: number;
}

export const exchangesText = (exchanges: FoundExchange[]): string =>
  exchanges
    .map(({ job_id, row, attempt, purpose, at, took_ms, note, request, answer }) =>
      [
        `${at}  ${purpose}  ${job_id} row ${row} attempt ${attempt}, ${took_ms} ms`,
        `  ${note}`,
        '  --- asked',
        request,
        '  --- answered',
        answer ?? '(nothing)',
        '',
      ]
        .map(printable)
        .join('\n'),
    )
    .join('\n');
