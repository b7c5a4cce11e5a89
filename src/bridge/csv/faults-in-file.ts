import type { VoucherFault, VoucherKind } from '../../canonical/vouchers/voucher.js';
import { templateOf } from './columns.js';

/** One sentence that repeats nothing of the row. */
export interface FileFault {
  /** Of the file, from 1. */
  line: number;
  /** As the template calls it; null where the fault is the row's or the voucher's as a whole. */
  column: string | null;
  message: string;
}

/** Where a voucher stands in its file. */
export interface Origin {
  firstLine: number;
  /** Line of the file of each of the voucher's lines. */
  lines: number[];
}

/** Faults of vouchers as faults of the file they came from; `index` of a fault is the place of its origin. */
export function faultsInFile(
  faults: readonly VoucherFault[],
  origins: readonly Origin[],
  kind: VoucherKind,
): FileFault[] {
  const { header, line } = templateOf(kind);
  const columns = new Map<string, string>([...header, ...line].map(({ field, name }) => [field, name]));
  return faults.map(({ index, path, message }) => {
    const { firstLine, lines } = origins[index]!;
    const [first, place, field] = path.split('.');
    return first === 'lines'
      ? { line: lines[Number(place)] ?? firstLine, column: columns.get(field ?? '') ?? null, message }
      : { line: firstLine, column: columns.get(path) ?? null, message };
  });
}
