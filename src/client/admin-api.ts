import { AdminApi } from '../activities/platform/admin-api.js';
import { openSecrets } from '../ops/central-secrets.js';
import { readSecretsSettings } from '../ops/central-settings.js';

/** The Admin Service, with the token of the secrets folder that the environment names. */
export async function openAdminApi(): Promise<AdminApi> {
  const { secretsDir, adminUrl } = readSecretsSettings(process.env);
  const { adminToken } = await openSecrets(secretsDir);
  return new AdminApi(adminUrl, adminToken);
}
