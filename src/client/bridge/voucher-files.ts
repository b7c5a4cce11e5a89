import { readFile } from 'node:fs/promises';
import { type FileFault, faultsInFile, type Origin } from '../../bridge/csv/faults-in-file.js';
import { readVoucherFile } from '../../bridge/csv/read-voucher-file.js';
import { MAX_VOUCHERS_PER_JOB } from '../../canonical/bridge.js';
import { VoucherInput } from '../../canonical/vouchers/input.js';
import { checkVouchers, readVoucher } from '../../canonical/vouchers/read-voucher.js';
import type { Voucher, VoucherFault, VoucherKind } from '../../canonical/vouchers/voucher.js';
import { ContentRefused } from '../../sources/errors.js';

/** What is wrong, where a person finds it: `sales.csv, line 7, HSN_Code`. */
export interface PlacedFault {
  where: string;
  message: string;
  /** Its place among all of them: the file, and the line or voucher in it. */
  at: [file: number, place: number];
}
export interface VouchersRead {
  /** As they are handed in: those that can be written as far as they tell. */
  valid: VoucherInput[];
  /** With those that cannot, and rows that are part of none. */
  faults: PlacedFault[];
}

/** What was asked for cannot be done as a whole, in a sentence. */
export class ImportRefused extends Error {
  override readonly name = 'ImportRefused';
}

interface Candidate {
  input: VoucherInput;
  placed: (fault: VoucherFault) => PlacedFault;
}

/**
 * Reads all files as one job, and says everything that is wrong with them.
 *
 * @throws ImportRefused
 */
export async function readVouchers(files: string[], kind: VoucherKind | null): Promise<VouchersRead> {
  const candidates: Candidate[] = [];
  const faults: PlacedFault[] = [];
  for (const [nth, file] of files.entries()) {
    const read = /\.json$/i.test(file) ? await fromJson(file, nth) : await fromCsv(file, nth, kind);
    candidates.push(...read.candidates);
    faults.push(...read.faults);
  }
  if (candidates.length > MAX_VOUCHERS_PER_JOB)
    throw new ImportRefused(
      `There are ${candidates.length} vouchers; expected at most ${MAX_VOUCHERS_PER_JOB} at once.`,
    );
  const vouchers: Array<Voucher | null> = [];
  const faulty = new Set<number>();
  const note = (fault: VoucherFault): void => {
    faulty.add(fault.index);
    faults.push(candidates[fault.index]!.placed(fault));
  };
  for (const [index, { input }] of candidates.entries()) {
    const read = readVoucher(input, index);
    vouchers.push('voucher' in read ? read.voucher : null);
    if ('faults' in read) read.faults.forEach(note);
  }
  checkVouchers(vouchers).forEach(note);
  faults.sort((one, other) => one.at[0] - other.at[0] || one.at[1] - other.at[1]);
  return { valid: candidates.filter((_one, index) => !faulty.has(index)).map(({ input }) => input), faults };
}

async function fromCsv(file: string, nth: number, kind: VoucherKind | null) {
  const read = await readVoucherFile(file, { kind }).catch((error: unknown) => {
    throw refusedAs(file, error);
  });
  const placed = ({ line, column, message }: FileFault): PlacedFault => ({
    where: [`${file}, line ${line}`, ...(column === null ? [] : [column])].join(', '),
    message,
    at: [nth, line],
  });
  const placedIn = (origin: Origin) => (fault: VoucherFault) =>
    placed(faultsInFile([{ ...fault, index: 0 }], [origin], read.kind)[0]!);
  return {
    candidates: read.vouchers.map((input, index) => ({ input, placed: placedIn(read.origins[index]!) })),
    faults: read.faults.map(placed),
  };
}

const NO_VOUCHER = { path: '', message: 'is no voucher in the form of the API: expected one.' };

/** A list of vouchers, or what is posted to the API with it. */
async function fromJson(file: string, nth: number) {
  const content = await readFile(file, 'utf8')
    .then((text) => JSON.parse(text.replace(/^\uFEFF/, '')) as unknown)
    .catch((error: unknown) => {
      throw refusedAs(file, error);
    });
  const list = Array.isArray(content) ? content : (content as { vouchers?: unknown } | null)?.vouchers;
  if (!Array.isArray(list) || list.length === 0)
    throw new ImportRefused(`${file}: holds no vouchers; expected a list of them, or {"vouchers": […]}.`);
  const candidates: Candidate[] = [];
  const faults: PlacedFault[] = [];
  for (const [index, one] of list.entries()) {
    const placed = ({ path, message }: Pick<VoucherFault, 'path' | 'message'>): PlacedFault => ({
      where: `${file}, vouchers[${index}]${path
        .split('.')
        .filter((part) => part !== '')
        .map((part) => (/^\d+$/.test(part) ? `[${part}]` : `.${part}`))
        .join('')}`,
      message,
      at: [nth, index],
    });
    const read = readVoucher(one as VoucherInput, index);
    const input = VoucherInput.safeParse(one);
    if (input.success) candidates.push({ input: input.data, placed });
    else faults.push(...('faults' in read ? read.faults : [NO_VOUCHER]).map(placed));
  }
  return { candidates, faults };
}

/** The parser's own words may repeat what it read. */
function refusedAs(file: string, error: unknown): Error {
  if (error instanceof ContentRefused) return new ImportRefused(`${file}: ${error.message}`);
  if (error instanceof SyntaxError) return new ImportRefused(`${file}: is not JSON; expected a list of vouchers.`);
  const { code } = error as NodeJS.ErrnoException;
  if (code === undefined) return error as Error;
  return new ImportRefused(`${file}: cannot be read (${code}); expected a CSV of one of the templates, or JSON.`);
}
