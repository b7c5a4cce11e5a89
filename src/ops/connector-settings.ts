import { dirname, resolve } from 'node:path';
import { type CompanyPeriod, filledIn } from '../canonical/company-periods.js';
import type { GstinForms } from '../canonical/gstin.js';
import { type Paise, paiseFromRupees } from '../canonical/money.js';
import type { ErpType } from '../canonical/records.js';
import { DEFAULT_MAX_INVOICE_PAISE } from '../canonical/rules.js';
import { ConnectorFile } from './connector-schema.js';
import { type GatewaySettings, gatewayOf } from './gateway-settings.js';
import { parseYaml, readYaml } from './yaml-settings.js';

export { SettingsInvalid } from './connector-errors.js';
export { type ConnectorSecrets, loadConnectorSecrets } from './connector-secrets.js';

export interface ConfiguredCompany extends CompanyPeriod {
  name: string;
  guid: string | null;
}
interface EveryErp {
  host: string;
  port: number;
  defaultCreditDays: number | null;
  /** ISO. */
  earliestDate: string | null;
  adjustments: boolean;
  timeZone: string;
  ownPhone: string | null;
}
export interface TallyErp extends EveryErp {
  /** The one company; of several, the last. */
  companyName: string;
  companyGuid: string | null;
  /** Where the books were split, in the order of their periods, which follow one another; null for one company. */
  companies: ConfiguredCompany[] | null;
  reading: 'auto' | 'collection' | 'voucher_register';
  /** Of requests; answers say their own. */
  encoding: 'utf-8' | 'utf-16le';
  excludedLedgers: string[];
}
export interface SapErp extends EveryErp {
  /** The company database. */
  companyName: string;
  userName: string;
  passwordPath: string;
  apiVersion: 'auto' | 'v1' | 'v2';
  /** Neither named: the system's own authorities. */
  tls: { caPath: string | null; fingerprint: string | null };
  pageSize: number;
  cashGroups: number[];
  excludedPartners: string[];
}

/** What `altscore-connector.yaml` says, with every default filled in and every path absolute. Holds no secret. */
export type ConnectorSettings = CommonSettings & ErpSettings;
type ErpSettings = { erpType: Exclude<ErpType, 'sap_b1'>; erp: TallyErp } | { erpType: 'sap_b1'; erp: SapErp };

interface CommonSettings {
  distributorId: string;
  altscore: {
    apiEndpoint: string;
    apiKeyPath: string;
    certPath: string;
    keyPath: string;
    hmacSecretPath: string;
    digestKeyPath: string;
    caPath: string;
    platformKeyPath: string;
  };
  /** Null where the file names none: then the connector can be tested, but not run. */
  gateway: GatewaySettings | null;
  sync: {
    mode: 'delta' | 'full_backfill';
    lookbackDays: number;
    maxRecordsPerBatch: number;
    maxDocumentsInMemory: number;
    maxInvoicePaise: Paise;
    gstinForms: GstinForms;
  };
  /** Five cron fields: the starting value of the platform's Schedule. */
  schedule: string;
  statePath: string;
  quarantineDir: string;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

/**
 * Reads `altscore-connector.yaml`. Relative paths in it are taken from its own folder.
 *
 * @throws SettingsInvalid with every fault found
 */
export async function loadConnectorSettings(file: string): Promise<ConnectorSettings> {
  return parseConnectorSettings(await readYaml(file), file);
}

/** As `loadConnectorSettings`, from the file's text; `file` is only named and its folder used for relative paths. */
export function parseConnectorSettings(text: string, file: string): ConnectorSettings {
  return fillIn(parseYaml(ConnectorFile, text, file), dirname(resolve(file)));
}

function fillIn(file: ConnectorFile, folder: string): ConnectorSettings {
  const { altscore, gateway, sync } = file;
  const at = (path: string) => resolve(folder, path);
  const apiKeyPath = at(altscore.api_key_path);
  // The bundle of credentials is unpacked into one folder.
  const besideApiKey = (path: string | undefined, name: string) =>
    path ? at(path) : resolve(dirname(apiKeyPath), name);
  const certPath = at(altscore.cert_path);
  const keyPath = at(altscore.key_path);
  const caPath = besideApiKey(altscore.ca_path, 'altscore-ca.crt');
  const statePath = at(file.state_path ?? '.altscore_state.json');
  return {
    ...erpOf(file, at),
    distributorId: file.distributor_id,
    altscore: {
      apiEndpoint: altscore.api_endpoint,
      apiKeyPath,
      certPath,
      keyPath,
      hmacSecretPath: besideApiKey(altscore.hmac_secret_path, 'hmac_secret'),
      digestKeyPath: besideApiKey(altscore.digest_key_path, 'digest_key'),
      caPath,
      platformKeyPath: besideApiKey(altscore.platform_key_path, 'platform_key.pem'),
    },
    gateway: gateway ? gatewayOf(gateway, at, { caPath, certPath, keyPath }) : null,
    sync: {
      mode: sync.mode,
      lookbackDays: sync.lookback_days,
      maxRecordsPerBatch: sync.max_records_per_batch,
      maxDocumentsInMemory: sync.max_documents_in_memory,
      maxInvoicePaise:
        sync.max_invoice_inr === undefined ? DEFAULT_MAX_INVOICE_PAISE : paiseFromRupees(sync.max_invoice_inr),
      gstinForms: sync.gstin_forms,
    },
    schedule: file.schedule,
    statePath,
    quarantineDir: file.quarantine_dir ? at(file.quarantine_dir) : resolve(dirname(statePath), 'quarantine'),
    logLevel: file.log_level,
  };
}

function erpOf(file: ConnectorFile, at: (path: string) => string): ErpSettings {
  const every = {
    host: file.erp.host,
    port: file.erp.port,
    defaultCreditDays: file.erp.default_credit_days ?? null,
    earliestDate: file.erp.earliest_date ?? null,
    adjustments: file.erp.adjustments === 'on',
    timeZone: file.erp.time_zone,
    ownPhone: file.erp.own_phone ?? null,
  };
  if (file.erp_type === 'sap_b1') {
    const { user_name, password_path, api_version, tls, page_size, cash_groups, excluded_partners } = file.erp;
    return {
      erpType: file.erp_type,
      erp: {
        ...every,
        companyName: file.erp.company_name,
        userName: user_name,
        passwordPath: at(password_path),
        apiVersion: api_version,
        tls: {
          caPath: tls && 'ca_path' in tls ? at(tls.ca_path) : null,
          fingerprint: tls && 'fingerprint' in tls ? tls.fingerprint : null,
        },
        pageSize: page_size,
        cashGroups: cash_groups,
        excludedPartners: excluded_partners,
      },
    };
  }
  const { company_name, company_guid, reading, encoding, excluded_ledgers } = file.erp;
  const companies = file.erp.companies
    ? filledIn(file.erp.companies.map(({ name, guid = null, from = null, to = null }) => ({ name, guid, from, to })))
    : null;
  return {
    erpType: file.erp_type,
    erp: {
      ...every,
      companyName: companies?.at(-1)?.name ?? company_name!,
      companyGuid: companies?.at(-1)?.guid ?? company_guid ?? null,
      companies,
      reading,
      encoding,
      excludedLedgers: excluded_ledgers,
    },
  };
}
