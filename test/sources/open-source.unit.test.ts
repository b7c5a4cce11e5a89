import { describe, expect, it } from '@jest/globals';
import { parseConnectorSettings } from '../../src/ops/connector-settings.js';
import { openSource } from '../../src/sources/open-source.js';

const yaml = (erpType: string, erp: string): string => `distributor_id: dist_c4f9ee2a
erp_type: ${erpType}
erp: { host: localhost, port: 9000, company_name: Sharma${erp} }
altscore: { api_endpoint: "https://api.altscore.in/v1/ingest/batch", api_key_path: k, cert_path: c, key_path: p }
`;
const open = (erpType: string, erp = '') =>
  openSource(parseConnectorSettings(yaml(erpType, erp), '/etc/altscore/connector.yaml'), {
    erp: { password: 'Str0ng', authority: null },
    digestKey: Buffer.alloc(32, 1),
  });

describe('the source that the YAML names', () => {
  it('is Tally or SAP Business One', () => {
    expect(open('tally_prime').erpType).toBe('tally_prime');
    expect(open('sap_b1', ', user_name: AltScore_ReadOnly, password_path: pw').erpType).toBe('sap_b1');
    expect(() => open('csv')).toThrow('erp_type csv cannot be read');
  });
});
