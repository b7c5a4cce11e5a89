#!/usr/bin/env -S node --max-semi-space-size=4 --max-old-space-size=192
import { Command, InvalidArgumentError } from 'commander';
import type { ConnectorDesk } from '../activities/connector/desk.js';
import { HeldWindows } from '../activities/connector/held-windows.js';
import { testConnection } from '../activities/connector/shared-tasks.js';
import { loadConnectorSecrets, loadConnectorSettings } from '../ops/connector-settings.js';
import { createLogger } from '../ops/logging.js';
import { setUpDesk, startConnector } from '../workers/connector.js';
import { logThrough } from '../workers/sdk-log.js';
import { type InstallOptions, installBundle } from './install-bundle.js';
import { explainQuarantined, quarantinedDocuments } from './quarantine.js';

const DEFAULT_CONFIG = 'altscore-connector.yaml';

/** Does some work with all that a connector's tasks have, but no Temporal. */
async function atDesk<T>(config: string, work: (desk: ConnectorDesk) => Promise<T>): Promise<T> {
  const settings = await loadConnectorSettings(config);
  const log = createLogger({ name: 'connector', level: settings.logLevel });
  const desk = await setUpDesk(settings, await loadConnectorSecrets(settings), log, new HeldWindows(() => undefined));
  try {
    return await work(desk);
  } finally {
    await desk.source.close?.();
    await desk.platform.close();
  }
}

function keyAndValue(text: string, before: Record<string, string> = {}): Record<string, string> {
  const [, key, value] = /^([a-z_.]+)=(.+)$/s.exec(text) ?? [];
  if (key === undefined) throw new InvalidArgumentError('expected key=value, such as erp.user_name=ALTSCORE.');
  return { ...before, [key]: value! };
}

const program = new Command('altscore-connector').description(
  "reads a distributor's ERP and sends it to AltScore; never writes to the ERP",
);

program
  .command('run')
  .description('wait for work and do it, until told to stop')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .action(async ({ config }: { config: string }) => {
    const settings = await loadConnectorSettings(config);
    const log = createLogger({ name: 'connector', level: settings.logLevel });
    logThrough(log);
    const connector = await startConnector(settings, await loadConnectorSecrets(settings), log);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => connector.stop());
    await connector.stopped;
  });

program
  .command('test')
  .description('check each link: ERP, certificate, TLS, key, signature')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .option('--json', 'as one JSON object')
  .action(async ({ config, json }: { config: string; json?: boolean }) => {
    const report = await atDesk(config, testConnection);
    if (json) console.log(JSON.stringify(report));
    else for (const { name, ok, detail } of report.checks) console.log(`${ok ? '✓' : '✗'} ${name}: ${detail}`);
    if (!report.ok) process.exitCode = 1;
  });

const quarantine = program.command('quarantine').description('look at what was not sent, on this screen only');

quarantine
  .command('list')
  .description('the documents of which something is quarantined now, as the platform knows them: key, day, rules')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .option('--json', 'one JSON object a line')
  .action(async ({ config, json }: { config: string; json?: boolean }) => {
    for (const { doc_key, day, quarantined } of await atDesk(config, quarantinedDocuments))
      console.log(
        json
          ? JSON.stringify({ doc_key, day, quarantined })
          : `${day ?? '-'.repeat(10)}  ${doc_key}  ${quarantined.join(', ')}`,
      );
  });

quarantine
  .command('explain')
  .description('show the live voucher, which rule it breaks and what to do; shows personal data')
  .argument('<id>', "original_id of a line of the quarantine log, or a key that 'list' printed")
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .action(async (id: string, { config }: { config: string }) => {
    const lines = await atDesk(config, (desk) => explainQuarantined(desk, id));
    for (const line of lines) console.log(line);
    if (lines.length > 0) return;
    console.error('The ERP has nothing of this number or key; expected one that the quarantine log or list holds.');
    process.exitCode = 1;
  });

program
  .command('install')
  .description('fetch the one-time bundle and write secrets and altscore-connector.yaml')
  .requiredOption('--bundle <url>', 'the link AltScore Ops handed over; it works once')
  .option('--dir <folder>', 'where the files go', '.')
  .option('--erp-host <host>', "the ERP's host", 'localhost')
  .option('--erp-port <port>', "the ERP's port", Number)
  .requiredOption('--company <name>', 'the company as the ERP shows it')
  .option('--state-dir <folder>', 'where the state file and quarantine logs go; the only place written to later')
  .option('--gateway <address>', 'host:port of the gateway, where Ops named another')
  .option(
    '--set <key=value>',
    'a further key of the YAML, such as erp.user_name=ALTSCORE; may be repeated',
    keyAndValue,
  )
  .action(async (options: InstallOptions) => {
    const written = await installBundle(options);
    console.log(
      `wrote ${written.join(', ')} to ${options.dir}; next: altscore-connector test --config ${options.dir}/${DEFAULT_CONFIG}`,
    );
  });

try {
  await program.parseAsync();
} catch (error) {
  console.error(process.env.DEBUG ? error : error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
