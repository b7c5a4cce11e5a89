import { z } from 'zod';
import { CompanyId } from '../canonical/bridge.js';
import { isGstin, normaliseGstin } from '../canonical/gstin.js';
import { gatewaySection } from './gateway-settings.js';
import { expected, hostName, oneOf, path, port, section, text, whole } from './schema-parts.js';

/** The keys of `altscore-bridge.yaml`. */

const isEndpoint = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return url?.protocol === 'https:' && url.search + url.hash + url.username + url.password === '';
};
const ENDPOINT = 'the https address of the API, such as https://api.altscore.in';
const COMPANY = '3 to 40 lower-case letters, digits, - or _, such as sharma-main';
const GSTIN = 'the GSTIN of the company, 15 characters';
const ledger = text('the name of a ledger as Tally shows it');
const group = text('the name of a group of ledgers as Tally shows it');
const voucherType = text('the name of a voucher type as Tally shows it');

const tally = section({
  host: hostName().default('localhost'),
  port: port().default(9_000),
  company_name: text('the name of the company as Tally shows it'),
  /** Pins the books: a company of the same name with another GUID is never written to. */
  company_guid: text('the GUID of the company, in Tally'),
  encoding: oneOf(['utf-8', 'utf-16le']).default('utf-8'),
  timeout_seconds: whole(1, 3_600, 'a whole number of seconds from 1 to 3600').default(120),
  release: oneOf(['prime', 'erp9']).default('prime'),
});

const vouchers = section({
  view: oneOf(['ledger_only', 'item_invoice']).default('ledger_only'),
  numbering: oneOf(['manual', 'automatic']).default('manual'),
  /** Absent: supplier_state where company_gstin is given, else party_state. */
  intra_state_test: oneOf(['supplier_state', 'party_state']).optional(),
  company_gstin: text(GSTIN)
    .transform(normaliseGstin)
    .refine((gstin) => isGstin(gstin, 'all'), expected(GSTIN))
    .optional(),
  bill_allocations: oneOf(['on', 'off']).default('off'),
  /** Nothing dated later is written. */
  books_to: z.iso.date(expected('a date such as 2027-03-31')).optional(),
}).refine((given) => given.intra_state_test !== 'supplier_state' || given.company_gstin !== undefined, {
  path: ['company_gstin'],
  error: 'is missing; expected the GSTIN of the company, since intra_state_test is supplier_state',
});

const voucherTypes = section({
  sales: voucherType.default('Sales'),
  purchase: voucherType.default('Purchase'),
  sales_order: voucherType.default('Sales Order'),
});

const REVERSE_CHARGE = ['rcm_cgst', 'rcm_sgst', 'rcm_igst'] as const;
const ledgers = section({
  sales: ledger.default('Sales'),
  purchase: ledger.default('Purchase'),
  cgst: ledger.default('CGST'),
  sgst: ledger.default('SGST'),
  utgst: ledger.optional(),
  igst: ledger.default('IGST'),
  input_cgst: ledger.default('Input CGST'),
  input_sgst: ledger.default('Input SGST'),
  input_utgst: ledger.optional(),
  input_igst: ledger.default('Input IGST'),
  rcm_cgst: ledger.optional(),
  rcm_sgst: ledger.optional(),
  rcm_utgst: ledger.optional(),
  rcm_igst: ledger.optional(),
  round_off: ledger.default('Round Off'),
}).superRefine((given, context) => {
  const missing = REVERSE_CHARGE.filter((key) => given[key] === undefined);
  if (given.rcm_utgst === undefined && missing.length === REVERSE_CHARGE.length) return;
  for (const key of missing)
    context.addIssue({
      code: 'custom',
      path: [key],
      message: 'is missing; expected all of rcm_cgst, rcm_sgst, rcm_igst',
    });
});

const newLedgers = section({
  customers: group.default('Sundry Debtors'),
  suppliers: group.default('Sundry Creditors'),
});

const altscore = section({
  api_endpoint: text(ENDPOINT).refine(isEndpoint, expected(ENDPOINT)),
  api_key_path: path('the API key'),
  cert_path: path('the client certificate'),
  key_path: path("the client certificate's private key"),
  ca_path: path("AltScore's CA certificate").optional(),
});

export const BridgeFile = section({
  company_id: text(COMPANY).refine((id) => CompanyId.safeParse(id).success, expected(COMPANY)),
  tally,
  vouchers: vouchers.prefault({}),
  voucher_types: voucherTypes.prefault({}),
  ledgers: ledgers.prefault({}),
  /** Absent: missing ledgers are never created. */
  new_ledgers: newLedgers.optional(),
  altscore,
  gateway: gatewaySection.optional(),
  log_level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});
export type BridgeFile = z.infer<typeof BridgeFile>;
