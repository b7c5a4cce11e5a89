#!/usr/bin/env -S node --max-semi-space-size=4 --max-old-space-size=384
import { userInfo } from 'node:os';
import { Command, Option } from 'commander';
import { VOUCHER_KINDS, type VoucherKind } from '../canonical/vouchers/voucher.js';
import { loadBridgeSecrets, loadBridgeSettings } from '../ops/bridge-settings.js';
import { createLogger } from '../ops/logging.js';
import { openBooks, openClient, startBridge } from '../workers/bridge.js';
import { logThrough } from '../workers/sdk-log.js';
import { checkLinks } from './bridge/checks.js';
import { foresee, foreseenText } from './bridge/dry-run.js';
import { importedText, importVouchers, isComplete } from './bridge/import-vouchers.js';
import { ImportRefused, type PlacedFault, readVouchers } from './bridge/voucher-files.js';

const DEFAULT_CONFIG = 'altscore-bridge.yaml';
/** Something was not written; something handed in is wrong, and nothing was sent. */
const [INCOMPLETE, FAULTY, INTERRUPTED] = [1, 2, 130];
const MOST_FAULTS_SHOWN = 200;

interface ImportFlags {
  config: string;
  kind?: VoucherKind;
  dryRun?: boolean;
  onlyValid?: boolean;
  createLedgers?: boolean;
  again?: boolean;
  by: string;
  json?: boolean;
}

const program = new Command('altscore-bridge').description(
  'writes vouchers into one company of one Tally, each exactly once',
);

program
  .command('run')
  .description('wait for vouchers and write them, until told to stop; the voucher under way comes to its end')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .action(async ({ config }: { config: string }) => {
    const settings = await loadBridgeSettings(config);
    const log = createLogger({ name: 'bridge', level: settings.logLevel });
    logThrough(log);
    const bridge = await startBridge(settings, await loadBridgeSecrets(settings), log);
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => bridge.stop());
    await bridge.stopped;
  });

program
  .command('test')
  .description('check each link: Tally and its company, ledgers, certificate, API, gateway; writes nothing')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .option('--json', 'as one JSON object')
  .action(async ({ config, json }: { config: string; json?: boolean }) => {
    const checks = await checkLinks(await loadBridgeSettings(config));
    const ok = checks.every((check) => check.ok);
    if (json) console.log(JSON.stringify({ ok, checks }));
    else for (const { name, ok, detail } of checks) console.log(`${ok ? '✓' : '✗'} ${name}: ${detail}`);
    if (!ok) process.exitCode = INCOMPLETE;
  });

program
  .command('import')
  .description('hand in the vouchers of CSV or JSON files, and follow them into Tally')
  .argument('<file...>', 'CSV of one of the templates, or .json; all files together are one job')
  .addOption(new Option('--kind <kind>', 'what a CSV without Voucher_Type holds').choices(VOUCHER_KINDS))
  .option('--dry-run', 'show each voucher and what would become of it; nothing is written anywhere')
  .option('--only-valid', 'write the others where some cannot be written; else it is all or nothing')
  .option('--create-ledgers', "create parties' ledgers that are missing, as new_ledgers of the YAML says")
  .option('--again', 'a new job even where this very content was handed in before; nothing is written twice')
  .option('--by <name>', 'who hands them in', userInfo().username)
  .option('--json', 'the result as one JSON object')
  .option('--config <file>', 'the YAML', DEFAULT_CONFIG)
  .action(importFiles);

async function importFiles(files: string[], flags: ImportFlags): Promise<void> {
  const { onlyValid = false, createLedgers = false, again = false, by, json } = flags;
  const settings = await loadBridgeSettings(flags.config);
  if (createLedgers && settings.company.newLedgers === null)
    throw new ImportRefused(
      '--create-ledgers needs the section new_ledgers in the YAML: the groups they are created in.',
    );
  const { valid, faults: placed } = await readVouchers(files, flags.kind ?? null);
  const faults = placed.map(({ where, message }) => ({ where, message }));
  if (faults.length > 0) {
    process.exitCode = FAULTY;
    showFaults(faults);
    if (valid.length === 0 || !(onlyValid || flags.dryRun)) {
      if (json) console.log(JSON.stringify({ faults }));
      const others = valid.length > 0 ? `; --only-valid sends the other ${counted(valid.length, 'voucher')}` : '';
      console.error(`Nothing was sent: ${counted(faults.length, 'fault')}${others}.`);
      return;
    }
  }
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());
  if (flags.dryRun) {
    const foreseen = await foresee(openBooks(settings), valid, createLedgers, stop.signal);
    console.log(json ? JSON.stringify({ faults, vouchers: foreseen }) : foreseenText(foreseen, onlyValid));
    if (foreseen.some(({ would }) => would === 'refuse')) process.exitCode = FAULTY;
    return;
  }
  const client = openClient(settings, await loadBridgeSecrets(settings));
  const asked = { companyId: settings.company.companyId, by, vouchers: valid, onlyValid, createLedgers, again };
  try {
    const imported = await importVouchers(client, asked, stop.signal);
    const { job, held, troubled } = imported;
    console.log(json ? JSON.stringify({ faults, job, held, troubled }) : importedText(imported));
    if (held) process.exitCode = FAULTY;
    else if (!isComplete(job)) process.exitCode = INCOMPLETE;
  } catch (error) {
    if (!stop.signal.aborted) throw error;
    console.error('No longer followed: the bridge goes on. The same command shows how it stands.');
    process.exitCode = INTERRUPTED;
  } finally {
    await client.close();
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`;

function showFaults(faults: Array<Pick<PlacedFault, 'where' | 'message'>>): void {
  for (const { where, message } of faults.slice(0, MOST_FAULTS_SHOWN)) console.error(`${where}: ${message}`);
  if (faults.length > MOST_FAULTS_SHOWN) console.error(`… and ${faults.length - MOST_FAULTS_SHOWN} more.`);
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(process.env.DEBUG ? error : error instanceof Error ? error.message : String(error));
  process.exitCode ||= error instanceof ImportRefused ? FAULTY : INCOMPLETE;
}
