import { Document } from 'yaml';
import type { BundleContent } from '../store/bundles.js';

const ERP_DEFAULTS: Record<string, Record<string, unknown>> = {
  tally_prime: { host: 'localhost', port: 9000 },
  sap_b1: {
    host: 'localhost',
    port: 50_000,
    user_name: 'AltScore_ReadOnly',
    password_path: '/secrets/sap_password',
  },
  csv: {},
};

/** An `altscore-connector.yaml` (specification §2) in which only the company's name may need a hand. */
export function connectorYaml(
  bundle: Pick<BundleContent, 'distributor_id' | 'api_endpoint' | 'erp_type' | 'legal_name'>,
): string {
  const document = new Document({
    distributor_id: bundle.distributor_id,
    erp_type: bundle.erp_type,
    erp: { ...ERP_DEFAULTS[bundle.erp_type], company_name: bundle.legal_name },
    altscore: {
      api_endpoint: bundle.api_endpoint,
      api_key_path: '/secrets/altscore_api_key',
      cert_path: '/secrets/client.crt',
      key_path: '/secrets/client.key',
    },
    sync: { mode: 'delta', lookback_days: 7, max_records_per_batch: 1_000 },
    schedule: '0 2 * * *',
  });
  document.commentBefore =
    ' Save the other files of the bundle under /secrets, or change the paths.\n company_name must be the name of the company as the ERP shows it.';
  return document.toString();
}
