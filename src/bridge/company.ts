import type { VoucherKind } from '../canonical/vouchers/voucher.js';

/** How one company's vouchers are written, from the bridge's own settings: no task can change it. */
export interface BridgeCompany {
  companyId: string;
  /** As Tally shows it, and its GUID, which pins it. */
  name: string;
  guid: string;
  /** The company's own registration; null where it has none or none was configured. */
  gstin: string | null;
  release: 'erp9' | 'prime';
  /** `ledger_only`: as the specification prints sales and purchases. `item_invoice`: with the goods. Orders have goods always. */
  view: 'ledger_only' | 'item_invoice';
  /** Whether Tally gives the vouchers numbers of its own. */
  numbering: 'manual' | 'automatic';
  /** Whose state is held against the place of supply to tell CGST and SGST from IGST. */
  intraStateTest: 'supplier_state' | 'party_state';
  /** ISO: the last day that may be written to; absent or null: any. */
  booksTo?: string | null;
  /** The party's entry makes a bill, with the voucher's credit period. */
  billAllocations: boolean;
  voucherTypes: Record<VoucherKind, string>;
  ledgers: BridgeLedgers;
  /** What missing ledgers are made from, where a job asks for it; null: they are never made. */
  newLedgers: { customers: string; suppliers: string } | null;
}

export interface TaxLedgers {
  cgst: string;
  sgst: string;
  /** Of the union territories whose tax is UTGST; null: as SGST. */
  utgst: string | null;
  igst: string;
}
export interface BridgeLedgers {
  sales: string;
  purchase: string;
  output: TaxLedgers;
  input: TaxLedgers;
  /** What is owed to the state for purchases in reverse charge; null: such purchases with tax are refused. */
  reverseCharge: TaxLedgers | null;
  roundOff: string;
}
