import type { DraftDocument, DraftRecord, IgnoredReason } from '../../../canonical/drafts.js';
import type { RecordType } from '../../../canonical/records.js';
import { isoFromTally } from '../dates.js';
import type { Masters, VoucherClass } from '../masters.js';
import type { Voucher } from '../voucher.js';
import { draftAdjustments, mayReversePayment } from './adjustments.js';
import { draftCreditNote } from './credit-notes.js';
import { voucherKey } from './keys.js';
import { draftReceipt } from './receipts.js';
import { draftSales } from './sales.js';
import {
  classOf,
  type DraftSettings,
  debtorLegsOf,
  sumOf,
  type UnderstoodVoucher,
  understandLegs,
} from './understood.js';

const DRAFTERS: Record<UnderstoodVoucher['class'], (understood: UnderstoodVoucher) => DraftRecord[]> = {
  sales: draftSales,
  receipt: draftReceipt,
  credit_note: draftCreditNote,
  debit_note: draftAdjustments,
  payment: draftAdjustments,
  journal: draftAdjustments,
  contra: draftAdjustments,
  purchase: draftAdjustments,
};
const MAIN_RECORD: Partial<Record<VoucherClass, RecordType>> = {
  sales: 'invoice',
  receipt: 'payment',
  credit_note: 'return',
};

/**
 * What a voucher becomes (DESIGN §5, "What becomes what"). Pure. Throws IncompleteAnswer when the voucher names a
 * ledger or voucher type that complete masters do not hold, and nothing else.
 */
export function documentOf(voucher: Voucher, masters: Masters, settings: DraftSettings): DraftDocument {
  const document = (part: Partial<DraftDocument>): DraftDocument => ({
    docKey: voucherKey(masters.companyGuid, voucher.guid),
    version: { epoch: 0, sequence: voucher.alterId },
    erpType: 'tally_prime',
    drafts: [],
    cancelled: false,
    ignored: null,
    fault: null,
    ...part,
  });
  const ignored = (reason: IgnoredReason): DraftDocument => document({ ignored: reason });

  if (voucher.deleted) return ignored('deleted');
  const voucherClass = classOf(voucher, masters);
  if (voucherClass === 'not_accounting') return ignored('not_accounting');
  if (voucher.cancelled) return document({ cancelled: true });
  if (voucher.optional) return ignored('optional');

  const legs = understandLegs(voucher, voucherClass, masters);
  const debtorLegs = debtorLegsOf(legs, voucher);
  if (debtorLegs.length === 0) {
    const paidAtOnce = voucherClass === 'sales' && legs.some(({ ledger }) => ledger.isCash || ledger.isBank);
    return ignored(paidAtOnce ? 'cash_sale' : 'not_a_debtor');
  }
  if (debtorLegs.every(({ paise }) => paise === 0)) return ignored('zero_amount');

  const understood = { voucher, class: voucherClass, date: isoFromTally(voucher.date), legs, debtorLegs, settings };
  const all = DRAFTERS[voucherClass](understood);
  const drafts = settings.adjustments
    ? all
    : all.filter((draft) => draft.type !== 'adjustment' || mayReversePayment(draft));
  if (drafts.length === 0) return ignored(all.length > 0 ? 'adjustments_off' : 'zero_amount');
  const sum = sumOf(legs);
  // An amount that is none is its own record's fault; it says nothing about the balance.
  const unbalanced = sum === null ? debtorLegs.every(({ paise }) => paise !== null) : sum !== 0;
  return document({
    drafts,
    fault: unbalanced
      ? {
          code: 'UNBALANCED',
          recordType: MAIN_RECORD[voucherClass] ?? 'adjustment',
          number: voucher.number,
          field: 'AMOUNT',
          value: sum === null ? '' : String(sum),
        }
      : null,
  });
}
