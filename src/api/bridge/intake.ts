import { OutcomeCode, type RowOutcome, type SubmitVouchers } from '../../canonical/bridge.js';
import { voucherKey } from '../../canonical/vouchers/key.js';
import { checkVouchers, readVoucher } from '../../canonical/vouchers/read-voucher.js';
import type { VoucherFault } from '../../canonical/vouchers/voucher.js';
import type { NewRow } from '../../store/bridge-jobs.js';
import { type Fault, invalid, MAX_FAULTS } from '../problems.js';

/**
 * Holds each voucher against the rules that need no company. Those that break one make rows that are refused beforehand, where
 * the request says so.
 *
 * @throws ApiProblem 422 with the path of each fault
 */
export function intake({ vouchers: inputs, faulty }: SubmitVouchers): NewRow[] {
  const read = inputs.map((input, index) => ({ input, index, ...readVoucher(input, index) }));
  const faults = [
    ...read.flatMap((result) => ('faults' in result ? result.faults : [])),
    ...checkVouchers(read.map((result) => ('voucher' in result ? result.voucher : null))),
  ];
  if (faults.length > 0 && faulty === 'refuse_all') throw invalid('body', faults.slice(0, MAX_FAULTS).map(faultOf));
  const byIndex = new Map<number, VoucherFault[]>();
  for (const fault of faults) byIndex.set(fault.index, [...(byIndex.get(fault.index) ?? []), fault]);
  return read.map((result) => ({
    input: result.input,
    key: 'voucher' in result ? voucherKey(result.voucher) : null,
    refused: refusalOf(byIndex.get(result.index) ?? []),
  }));
}

/** All that is wrong with one voucher, under the code of what was found first. */
function refusalOf(faults: VoucherFault[]): Pick<RowOutcome, 'code' | 'message'> | null {
  if (faults.length === 0) return null;
  const { data: code = 'INPUT_INVALID' } = OutcomeCode.safeParse(faults[0]!.code);
  return {
    code,
    message: faults
      .map(({ message }) => message)
      .join(' ')
      .slice(0, 2_000),
  };
}

const faultOf = ({ index, path, message }: VoucherFault): Fault => ({
  path: `vouchers[${index}]${path === '' ? '' : `.${path.replace(/\.(\d+)(?=\.|$)/g, '[$1]')}`}`,
  message,
});
