import { decimalFromPaise } from '../../canonical/money.js';
import type { Voucher, VoucherLine } from '../../canonical/vouchers/voucher.js';
import { element, flag, type XmlElement } from './element.js';
import type { LedgerEntry } from './entries.js';
import { reverseCharge } from './ledger-entry.js';
import { VoucherNotBuildable } from './not-buildable.js';

/**
 * An entry a line, on the side of the sales or purchase ledger, to which it is allocated. Quantities have no sign on
 * either side. What was not given is left out; without a godown Tally takes its main one.
 *
 * Orders are as specification §4 prints them. Invoices say besides what Tally says in its own: the side of the
 * allocation, and reverse charge, which it keeps with the goods. HSN codes are those of the stock items' masters.
 * @throws VoucherNotBuildable for a line that names no stock item, or a quantity or rate without its unit
 */
export function inventoryEntries(voucher: Voucher, trade: LedgerEntry): XmlElement[] {
  const isOrder = voucher.kind === 'sales_order';
  return voucher.lines.map((line, index) => {
    assertGoods(line, index + 1);
    const amount = element(
      'AMOUNT',
      decimalFromPaise(trade.deemedPositive ? 0 - line.taxablePaise : line.taxablePaise),
    );
    const side = flag('ISDEEMEDPOSITIVE', trade.deemedPositive);
    const quantities =
      line.quantity === null
        ? []
        : ['ACTUALQTY', 'BILLEDQTY'].map((name) => element(name, `${line.quantity} ${line.unit}`));
    return element('ALLINVENTORYENTRIES.LIST', [
      element('STOCKITEMNAME', line.stockItem),
      ...(!isOrder && voucher.reverseCharge ? [reverseCharge(voucher)] : []),
      side,
      ...(line.rate === null ? [] : [element('RATE', `${line.rate}/${line.unit}`)]),
      amount,
      ...quantities,
      element('BATCHALLOCATIONS.LIST', [
        ...(line.godown === null ? [] : [element('GODOWNNAME', line.godown)]),
        element('BATCHNAME', 'Primary Batch'),
        amount,
        ...quantities,
      ]),
      element('ACCOUNTINGALLOCATIONS.LIST', [element('LEDGERNAME', trade.ledger), ...(isOrder ? [] : [side]), amount]),
    ]);
  });
}

type Goods = VoucherLine & { stockItem: string };

function assertGoods(line: VoucherLine, position: number): asserts line is Goods {
  if (line.stockItem === null) {
    throw new VoucherNotBuildable(
      `Line ${position} names no stock item; a voucher with goods needs one on every line.`,
    );
  }
  if (line.unit === null && (line.quantity ?? line.rate) !== null) {
    throw new VoucherNotBuildable(`Line ${position} has a quantity or a rate and no unit for it.`);
  }
}
