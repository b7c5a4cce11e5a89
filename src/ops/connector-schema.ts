import { IANAZone } from 'luxon';
import { z } from 'zod';
import { faultOfPeriods } from '../canonical/company-periods.js';
import { DistributorId } from '../canonical/contract.js';
import { GSTIN_FORMS } from '../canonical/gstin.js';
import { ERP_TYPES } from '../canonical/records.js';
import { gatewaySection } from './gateway-settings.js';
import { expected, hostName, oneOf, path, port, section, sectionError, text, whole } from './schema-parts.js';

/** The keys of `altscore-connector.yaml`: those of the specification §2 as printed, and optional additions. */

const CRON = /^[\d*,/A-Za-z-]+( +[\d*,/A-Za-z-]+){4}$/;

const isIngestEndpoint = (value: string): boolean => {
  const url = URL.canParse(value) ? new URL(value) : null;
  return (
    url !== null &&
    url.protocol === 'https:' &&
    url.pathname.endsWith('/v1/ingest/batch') &&
    url.search + url.hash + url.username + url.password === ''
  );
};
const ENDPOINT = 'an https address that ends in /v1/ingest/batch';
const DISTRIBUTOR = 'dist_ followed by 4 to 32 letters or digits';

const COMPANY_NAME = 'the name of the company as the ERP shows it';
const company = section({
  name: text(COMPANY_NAME),
  guid: text('the GUID of the company').optional(),
  /** The days it is read for, where the books were split; both included. */
  from: z.iso.date(expected('a date such as 2025-04-01')).optional(),
  to: z.iso.date(expected('a date such as 2026-03-31')).optional(),
});

/** Companies in the order of their periods, which follow one another. */
const companies = z
  .array(company, expected('a list of companies'))
  .min(1, expected('a list of companies'))
  .max(40, expected('at most 40 companies'))
  .superRefine((list, context) => {
    const periods = list.map(({ from = null, to = null }) => ({ from, to }));
    const fault = faultOfPeriods(periods);
    if (fault) context.addIssue({ code: 'custom', path: [fault.index, fault.key], message: fault.sentence });
    const keyOf = ({ name, guid = '' }: (typeof list)[number]) => `${name}\n${guid}`;
    const twice = list.findIndex((one, index) => list.findIndex((other) => keyOf(other) === keyOf(one)) < index);
    if (twice >= 0)
      context.addIssue({
        code: 'custom',
        path: [twice, 'name'],
        message: 'stands twice; expected each company once, with its guid where two have one name',
      });
  });

/** What every ERP's section has. */
const everyErp = {
  host: hostName(),
  port: port(),
  /** For debtors of whom no credit period is known. */
  default_credit_days: whole(0, 180, 'a whole number of days from 0 to 180').optional(),
  /** Nothing older is ever read, whatever the platform asks for. */
  earliest_date: z.iso.date(expected('a date such as 2023-04-01')).optional(),
  adjustments: oneOf(['on', 'off']).default('on'),
  time_zone: text('a time zone such as Asia/Kolkata')
    .refine(IANAZone.isValidZone, expected('a time zone such as Asia/Kolkata'))
    .default('Asia/Kolkata'),
  /** The distributor's own number, which stands for no retailer. */
  own_phone: text('the phone number of the distributor itself, in quotes').optional(),
};

const tallyErp = section({
  ...everyErp,
  /** The one company, or else a list of them. */
  company_name: text(COMPANY_NAME).optional(),
  company_guid: text('the GUID of the company').optional(),
  companies: companies.optional(),
  reading: oneOf(['auto', 'collection', 'voucher_register']).default('auto'),
  encoding: oneOf(['utf-8', 'utf-16le']).default('utf-8'),
  /** Ledgers that are never read into records. */
  excluded_ledgers: z.array(text('the name of a ledger'), expected('a list of names of ledgers')).default([]),
}).superRefine(({ company_name, company_guid, companies: list }, context) => {
  const fault = (key: string, message: string): void => context.addIssue({ code: 'custom', path: [key], message });
  if (company_name === undefined && list === undefined) fault('company_name', `is missing; expected ${COMPANY_NAME}`);
  if (list === undefined) return;
  if (company_name !== undefined) fault('company_name', 'stands beside companies; expected one of the two');
  if (company_guid !== undefined) fault('company_guid', 'stands beside companies; expected guid in the list');
});

const fingerprint = 'a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons';
const sapErp = section({
  ...everyErp,
  /** The company database (CompanyDB), which is what the Service Layer calls a company. */
  company_name: text('the name of the company database (CompanyDB)'),
  user_name: text('the name of the service user'),
  password_path: path('the password of the service user'),
  api_version: oneOf(['auto', 'v1', 'v2']).default('auto'),
  /** Absent: a certificate that this machine's own authorities vouch for. */
  tls: z
    .union(
      [
        section({ ca_path: path('the CA certificate of the Service Layer') }),
        section({
          fingerprint: text(fingerprint).regex(/^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$/, expected(fingerprint)),
        }),
      ],
      expected('ca_path, or fingerprint'),
    )
    .optional(),
  page_size: whole(1, 5_000, 'a whole number from 1 to 5000').default(200),
  /** Groups of customers who pay at the counter and owe nothing. */
  cash_groups: z
    .array(z.number(expected('the code of a group')).int(), expected('a list of codes of groups of customers'))
    .default([]),
  /** Card codes that are never read into records. */
  excluded_partners: z.array(text('a card code'), expected('a list of card codes')).default([]),
});

const altscore = section({
  api_endpoint: text(ENDPOINT).refine(isIngestEndpoint, expected(ENDPOINT)),
  api_key_path: path('the API key'),
  cert_path: path('the client certificate'),
  key_path: path("the client certificate's private key"),
  hmac_secret_path: path('the signing secret').optional(),
  digest_key_path: path('the digest key').optional(),
  ca_path: path("AltScore's CA certificate").optional(),
  platform_key_path: path("the platform's public key").optional(),
});

const sync = section({
  mode: oneOf(['delta', 'full_backfill']).default('delta'),
  lookback_days: whole(0, 90, 'a whole number of days from 0 to 90').default(7),
  max_records_per_batch: whole(1, 1_000, 'a whole number from 1 to 1000').default(1_000),
  /** A window with more is read in parts. */
  max_documents_in_memory: whole(10, 1_000_000, 'a whole number from 10 to 1000000').default(15_000),
  max_invoice_inr: z
    .number(expected('rupees, such as 5000000'))
    .positive(expected('rupees above zero'))
    .max(1e11, expected('rupees below 100 billion'))
    .optional(),
  gstin_forms: oneOf(GSTIN_FORMS).default('ordinary'),
});

const common = {
  distributor_id: text(DISTRIBUTOR).refine((id) => DistributorId.safeParse(id).success, expected(DISTRIBUTOR)),
  altscore,
  gateway: gatewaySection.optional(),
  sync: sync.prefault({}),
  schedule: text('five cron fields, such as "0 2 * * *"')
    .regex(CRON, expected('five cron fields, such as "0 2 * * *"'))
    .default('0 2 * * *'),
  state_path: path('the state of the connector').optional(),
  quarantine_dir: text('the path of a folder').optional(),
  log_level: oneOf(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
};
export const ConnectorFile = z.discriminatedUnion(
  'erp_type',
  [
    section({ ...common, erp_type: z.enum(['tally_prime', 'csv']), erp: tallyErp }),
    section({ ...common, erp_type: z.literal('sap_b1'), erp: sapErp }),
  ],
  {
    error: (issue) =>
      issue.code === 'invalid_union'
        ? expected(ERP_TYPES.join(' or ')).error({ input: (issue.input as { erp_type?: unknown }).erp_type })
        : sectionError(issue),
  },
);
export type ConnectorFile = z.infer<typeof ConnectorFile>;
