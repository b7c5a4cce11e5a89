import { dirname, resolve } from 'node:path';
import type { BridgeCompany, BridgeLedgers } from '../bridge/company.js';
import type { TallyAccess } from '../bridge/tally/tally-books.js';
import { BridgeFile } from './bridge-schema.js';
import { readApiKey, readAuthority, readClientIdentity, readGatewayIdentity } from './connector-secrets.js';
import { type GatewaySettings, gatewayOf } from './gateway-settings.js';
import { parseYaml, readYaml } from './yaml-settings.js';

export { SettingsInvalid } from './connector-errors.js';

/** What `altscore-bridge.yaml` says, with every default filled in and every path absolute. Holds no secret. */
export interface BridgeSettings {
  tally: TallyAccess;
  company: BridgeCompany;
  altscore: { apiEndpoint: string; apiKeyPath: string; certPath: string; keyPath: string; caPath: string };
  /** Null where the file names none: then the bridge can be tested, and asked what it would do, but not run. */
  gateway: GatewaySettings | null;
  logLevel: 'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'trace';
}

/** What the files hold, checked. Certificates and keys as PEM. */
export interface BridgeSecrets {
  apiKey: string;
  clientCertificate: string;
  clientKey: string;
  /** AltScore's CA. */
  authority: string;
  /** Null without a gateway, or without TLS to it. */
  gateway: { authority: string; clientCertificate: string; clientKey: string } | null;
}

/**
 * Reads `altscore-bridge.yaml`. Relative paths in it are taken from its own folder.
 *
 * @throws SettingsInvalid with every fault found
 */
export async function loadBridgeSettings(file: string): Promise<BridgeSettings> {
  return parseBridgeSettings(await readYaml(file), file);
}

/** As `loadBridgeSettings`, from the file's text. */
export function parseBridgeSettings(yaml: string, file: string): BridgeSettings {
  const given = parseYaml(BridgeFile, yaml, file);
  const { tally, altscore, gateway } = given;
  const at = (path: string) => resolve(dirname(resolve(file)), path);
  const apiKeyPath = at(altscore.api_key_path);
  const files = {
    certPath: at(altscore.cert_path),
    keyPath: at(altscore.key_path),
    caPath: altscore.ca_path ? at(altscore.ca_path) : resolve(dirname(apiKeyPath), 'altscore-ca.crt'),
  };
  return {
    tally: {
      host: tally.host,
      port: tally.port,
      companyName: tally.company_name,
      companyGuid: tally.company_guid,
      encoding: tally.encoding,
      timeoutMs: tally.timeout_seconds * 1_000,
    },
    company: companyOf(given),
    altscore: { apiEndpoint: altscore.api_endpoint, apiKeyPath, ...files },
    gateway: gateway ? gatewayOf(gateway, at, files) : null,
    logLevel: given.log_level,
  };
}

/** @throws SettingsInvalid for the first file that is missing, empty, open to others, or holds something else */
export async function loadBridgeSecrets({ altscore, gateway }: BridgeSettings): Promise<BridgeSecrets> {
  const [clientCertificate, clientKey] = await readClientIdentity(altscore.certPath, altscore.keyPath);
  return {
    apiKey: await readApiKey(altscore.apiKeyPath),
    clientCertificate,
    clientKey,
    authority: await readAuthority(altscore.caPath),
    gateway: gateway?.tls ? await readGatewayIdentity(gateway.tls) : null,
  };
}

function companyOf({ company_id, tally, vouchers, voucher_types, ledgers, new_ledgers }: BridgeFile): BridgeCompany {
  const { view, numbering, company_gstin: gstin = null, intra_state_test, bill_allocations, books_to } = vouchers;
  return {
    companyId: company_id,
    name: tally.company_name,
    guid: tally.company_guid,
    gstin,
    release: tally.release,
    view,
    numbering,
    intraStateTest: intra_state_test ?? (gstin === null ? 'party_state' : 'supplier_state'),
    booksTo: books_to ?? null,
    billAllocations: bill_allocations === 'on',
    voucherTypes: voucher_types,
    ledgers: ledgersOf(ledgers),
    newLedgers: new_ledgers ?? null,
  };
}

function ledgersOf(given: BridgeFile['ledgers']): BridgeLedgers {
  const { rcm_cgst: cgst, rcm_sgst: sgst, rcm_igst: igst, rcm_utgst: utgst = null } = given;
  return {
    sales: given.sales,
    purchase: given.purchase,
    output: { cgst: given.cgst, sgst: given.sgst, utgst: given.utgst ?? null, igst: given.igst },
    input: {
      cgst: given.input_cgst,
      sgst: given.input_sgst,
      utgst: given.input_utgst ?? null,
      igst: given.input_igst,
    },
    reverseCharge: cgst && sgst && igst ? { cgst, sgst, utgst, igst } : null,
    roundOff: given.round_off,
  };
}
