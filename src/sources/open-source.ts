import { hashValue } from '../canonical/digest.js';
import type { ConnectorSecrets, ConnectorSettings } from '../ops/connector-settings.js';
import { SourceMisconfigured } from './errors.js';
import { createSapSource } from './sap-b1/index.js';
import type { Source } from './source.js';
import { createTallySource, SplitBooks } from './tally/index.js';

/** The source that the distributor's YAML names. */
export function openSource(
  settings: ConnectorSettings,
  { erp: access, digestKey }: Pick<ConnectorSecrets, 'erp' | 'digestKey'>,
): Source<unknown, unknown> {
  switch (settings.erpType) {
    case 'tally_prime': {
      const { companies, companyName, companyGuid, ...tally } = settings.erp;
      const source = companies
        ? new SplitBooks(tally, companies)
        : createTallySource({ ...tally, companyName, companyGuid });
      return source as Source<unknown, unknown>;
    }
    case 'sap_b1': {
      const { companyName, passwordPath, tls, ...erp } = settings.erp;
      return createSapSource({
        ...erp,
        companyDb: companyName,
        password: access?.password ?? '',
        tls: { authority: access?.authority ?? null, fingerprint: tls.fingerprint },
        hashCode: (code) => hashValue(code, digestKey),
      }) as Source<unknown, unknown>;
    }
    case 'csv':
      throw new SourceMisconfigured(
        'erp_type csv cannot be read by this connector yet; expected tally_prime or sap_b1.',
      );
  }
}
