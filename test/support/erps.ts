import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type ServiceLayerOptions,
  type ServiceLayerSimulator,
  startServiceLayerSimulator,
} from '../../src/simulators/sap-b1/index.js';
import {
  startTallySimulator,
  type TallySimulator,
  type TallySimulatorOptions,
} from '../../src/simulators/tally/index.js';

/** A simulated ERP, and what its distributor's connector has to be told of it. */
export interface SimulatedErp<Simulator extends { url: string; close(): Promise<void> }> {
  erpType: 'tally_prime' | 'sap_b1' | 'csv';
  simulator: Simulator;
  /** As the ERP itself calls it. */
  company: string;
  /** Further arguments of `altscore-connector install`; files they name are written into the folder. */
  install(folder: string): Promise<string[]>;
}

export async function simulatedTally(options: TallySimulatorOptions = {}): Promise<SimulatedErp<TallySimulator>> {
  const simulator = await startTallySimulator({ months: 24, vouchers: 1_000, ...options });
  return { erpType: 'tally_prime', simulator, company: simulator.book.company.name, install: async () => [] };
}

export async function simulatedSap(
  options: ServiceLayerOptions = {},
  apiVersion: 'auto' | 'v1' | 'v2' = 'auto',
): Promise<SimulatedErp<ServiceLayerSimulator>> {
  const simulator = await startServiceLayerSimulator({ months: 24, documents: 1_000, ...options });
  const { credentials, caPem, cashGroup } = simulator;
  return {
    erpType: 'sap_b1',
    simulator,
    company: credentials.CompanyDB,
    async install(folder) {
      const [password, authority] = [join(folder, 'sap_password'), join(folder, 'sap-ca.crt')];
      await writeFile(password, credentials.Password, { mode: 0o600 });
      await writeFile(authority, caPem);
      const keys = {
        'erp.user_name': credentials.UserName,
        'erp.password_path': password,
        'erp.tls.ca_path': authority,
        'erp.cash_groups': `[${cashGroup}]`,
        'erp.api_version': apiVersion,
      };
      return Object.entries(keys).flatMap(([key, value]) => ['--set', `${key}=${value}`]);
    },
  };
}

/** A distributor whose ERP nobody can reach, and who has no connector. */
export const noErp = async (): Promise<SimulatedErp<{ url: string; close(): Promise<void> }>> => ({
  erpType: 'csv',
  simulator: { url: '', close: async () => undefined },
  company: '',
  install: async () => [],
});
