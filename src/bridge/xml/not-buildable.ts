/** The voucher cannot be written under the company's settings, and no retry will help. One sentence, which quotes no value. */
export class VoucherNotBuildable extends Error {
  override readonly name = 'VoucherNotBuildable';
}
