import type { ConnectorSettings } from '../ops/connector-settings.js';
import { SourceMisconfigured } from './errors.js';
import type { Source } from './source.js';
import { createTallySource, SplitBooks } from './tally/index.js';

/** The source that the distributor's YAML names. */
export function openSource(settings: ConnectorSettings): Source<unknown, unknown> {
  const { erpType, erp } = settings;
  switch (erpType) {
    case 'tally_prime': {
      const { companies, companyName, companyGuid, ...tally } = erp;
      const source = companies
        ? new SplitBooks(tally, companies)
        : createTallySource({ ...tally, companyName, companyGuid });
      return source as Source<unknown, unknown>;
    }
    case 'sap_b1':
    case 'csv':
      throw new SourceMisconfigured(`erp_type ${erpType} cannot be read by this connector yet; expected tally_prime.`);
  }
}
