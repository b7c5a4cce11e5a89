import type { ConnectorSettings } from '../ops/connector-settings.js';
import { SourceMisconfigured } from './errors.js';
import type { Source } from './source.js';
import { createTallySource } from './tally/index.js';

/** The source that the distributor's YAML names. */
export function openSource(settings: ConnectorSettings): Source<unknown, unknown> {
  const { erpType, erp } = settings;
  switch (erpType) {
    case 'tally_prime':
      return createTallySource({
        ...erp,
        companyGuid: erp.companyGuid ?? null,
        earliestDate: erp.earliestDate ?? null,
        ownPhone: erp.ownPhone ?? null,
      }) as Source<unknown, unknown>;
    case 'sap_b1':
    case 'csv':
      throw new SourceMisconfigured(`erp_type ${erpType} cannot be read by this connector yet; expected tally_prime.`);
  }
}
