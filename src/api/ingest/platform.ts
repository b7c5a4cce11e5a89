import type { PlatformKey } from '../../ops/central-secrets.js';
import type { IdentityVault } from '../../ops/identity-vault.js';
import type { Pool } from '../../store/database.js';

/** What the routes for connectors work with. */
export interface IngestPlatform {
  pool: Pool;
  vault: IdentityVault;
  platformKeys: PlatformKey[];
}
