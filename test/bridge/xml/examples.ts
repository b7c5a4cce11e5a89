import type { BridgeCompany } from '../../../src/bridge/company.js';
import { sumsOf, type Voucher, type VoucherKind, type VoucherLine } from '../../../src/canonical/vouchers/voucher.js';

/** Ledgers and types are named as the specification's templates name them. */
export const aCompany = (over: Partial<BridgeCompany> = {}): BridgeCompany => ({
  companyId: 'sharma-main',
  name: 'Sharma & Sons (2025-26)',
  guid: 'f0347998-2c19-4a5e-a4ed-01f589cb92a5',
  gstin: null,
  release: 'prime',
  view: 'ledger_only',
  numbering: 'manual',
  intraStateTest: 'supplier_state',
  billAllocations: false,
  voucherTypes: { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' },
  ledgers: {
    sales: 'Sales - GST',
    purchase: 'Purchase - GST',
    output: { cgst: 'CGST', sgst: 'SGST', utgst: 'UTGST', igst: 'IGST' },
    input: { cgst: 'Input CGST', sgst: 'Input SGST', utgst: 'Input UTGST', igst: 'Input IGST' },
    reverseCharge: { cgst: 'RCM CGST', sgst: 'RCM SGST', utgst: 'RCM UTGST', igst: 'RCM IGST' },
    roundOff: 'Round Off',
  },
  newLedgers: { customers: 'Sundry Debtors', suppliers: 'Sundry Creditors' },
  ...over,
});

export const aLine = (over: Partial<VoucherLine> = {}): VoucherLine => ({
  stockItem: 'Basmati Rice 5kg',
  hsn: '10063020',
  quantity: '10',
  unit: 'Nos',
  rate: '400.25',
  godown: 'Main Location',
  taxablePaise: 400_250,
  cgstPaise: 0,
  sgstPaise: 0,
  igstPaise: 0,
  ...over,
});

/** Four lines: an HSN code that comes again, and a line without one. */
export function aVoucher(
  kind: VoucherKind,
  tax: 'intra' | 'inter',
  over: Partial<Pick<Voucher, 'reverseCharge' | 'roundOffPaise' | 'placeOfSupply' | 'creditDays' | 'partyGstin'>> = {},
): Voucher {
  const taxed = (line: VoucherLine): VoucherLine => {
    const ninth = Math.round((line.taxablePaise * 9) / 100);
    return tax === 'intra' ? { ...line, cgstPaise: ninth, sgstPaise: ninth } : { ...line, igstPaise: 2 * ninth };
  };
  const lines = [
    aLine(),
    aLine({
      stockItem: 'Tea "Gold" <250g>',
      hsn: '0902',
      quantity: '2.5',
      unit: 'Kg',
      rate: '500',
      taxablePaise: 125_000,
    }),
    aLine({ stockItem: 'Basmati Rice 1kg', quantity: '3', rate: '90.10', taxablePaise: 27_030 }),
    aLine({ stockItem: 'Freight', hsn: null, quantity: '1', rate: '33.33', godown: 'Van 2', taxablePaise: 3_333 }),
  ].map(taxed);
  const { taxablePaise, cgstPaise, sgstPaise, igstPaise } = sumsOf({ lines });
  const reverseCharge = over.reverseCharge ?? false;
  const taxPaise = reverseCharge ? 0 : cgstPaise + sgstPaise + igstPaise;
  const roundOffPaise = over.roundOffPaise ?? 0;
  const number = kind === 'sales_order' ? 'SO/2025-26/0042' : 'INV/2025-26/0042';
  return {
    kind,
    number,
    date: '2026-02-14',
    reference: kind === 'sales_order' ? 'PO 17 & 18' : number,
    narration: 'By "Ravi\'s" van & <cash>',
    partyName: 'Gupta & Sons "Kirana"',
    partyGstin: '29AAAAA0000A1Z5',
    partyState: '29',
    placeOfSupply: tax === 'intra' ? '29' : '27',
    taxTreatment: 'regular',
    creditDays: null,
    ...over,
    reverseCharge,
    roundOffPaise,
    invoicePaise: taxablePaise + taxPaise + roundOffPaise,
    lines,
  };
}
