import type { Command } from 'commander';
import { openSecrets } from '../../ops/central-secrets.js';
import { readCentralSettings, readSecretsSettings } from '../../ops/central-settings.js';
import { migrate } from '../../store/database.js';
import { openAdminApi } from '../admin-api.js';

/**
 * `altscore api | worker | migrate | secrets init | bundle`: the platform's own processes and their preparation. What
 * api and worker alone need is loaded when they start, so that every other command answers sooner.
 */
export function platformCommands(program: Command): void {
  program
    .command('api')
    .description('the two listeners: mTLS for connectors, HTTP for the Admin Service')
    .action(async () => (await import('../run-api.js')).runApi());

  program
    .command('worker')
    .description('runs all workflow code and the central activities')
    .action(async () => (await import('../run-worker.js')).runWorker());

  program
    .command('migrate')
    .description('bring the database to this version')
    .action(async () => migrate(readCentralSettings(process.env).databaseUrl));

  program
    .command('secrets')
    .description('the folder of keys that SECRETS_DIR names')
    .command('init')
    .description('make what is missing: authority, server certificate, platform keys, admin token')
    .action(async () => {
      const { secretsDir } = readSecretsSettings(process.env);
      await openSecrets(secretsDir, { init: true });
      console.log(`secrets are in ${secretsDir}; the admin token is in admin_token`);
    });

  program
    .command('bundle <distributor>')
    .description('mint the one-time link by which the distributor fetches its secrets')
    .action(async (distributor: string) => {
      const { url, expires_at } = await (await openAdminApi()).call<{ url: string; expires_at: string }>(
        'POST',
        `/v1/admin/distributors/${distributor}/bundle-link`,
      );
      console.log(`${url}\nworks once, until ${expires_at}`);
    });
}
