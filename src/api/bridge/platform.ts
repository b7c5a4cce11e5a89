import type { IdentityVault } from '../../ops/identity-vault.js';
import type { Pool } from '../../store/database.js';

/** What the routes of jobs of vouchers work with, on either listener. */
export interface BridgePlatform {
  pool: Pool;
  vault: IdentityVault;
  /** Null where the API was started without Temporal. */
  workflows: BridgeWorkflows | null;
}

/** Jobs are worked off by workflows: the API only asks for it. */
export interface BridgeWorkflows {
  /** May be repeated: one that runs, or ran to its end, is the one. @throws where Temporal is away */
  startImport(job: { companyId: string; jobId: string }): Promise<void>;
}
