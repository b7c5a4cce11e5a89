import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Document } from 'yaml';

/** What the Admin Service answers when it issues credentials for a bridge. */
export interface IssuedBridge {
  company_id: string;
  api_endpoint: string;
  certificate_expires_at: string;
  files: Record<string, string>;
}

const CONFIG = 'altscore-bridge.yaml';

/**
 * Writes what a bridge needs into a folder, readable by its owner alone, with a YAML to start from; one that is there already
 * stays as it is. Answers the names written.
 */
export async function writeBridgeFolder(folder: string, issued: IssuedBridge): Promise<string[]> {
  const directory = resolve(folder);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  const written: string[] = [];
  for (const [name, content] of Object.entries(issued.files)) {
    await writeFile(join(directory, name), content, { mode: 0o600 });
    // The mode above is that of new files alone.
    await chmod(join(directory, name), 0o600);
    written.push(name);
  }
  try {
    await writeFile(join(directory, CONFIG), starterYaml(issued), { mode: 0o600, flag: 'wx' });
    written.push(CONFIG);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  return written;
}

/** An `altscore-bridge.yaml` in which the company's name and GUID want a hand. */
export function starterYaml({ company_id, api_endpoint }: IssuedBridge): string {
  const document = new Document({
    company_id,
    tally: { host: 'localhost', port: 9_000, company_name: 'as Tally shows it', company_guid: 'as Tally has it' },
    vouchers: { view: 'ledger_only', numbering: 'manual' },
    altscore: {
      api_endpoint,
      api_key_path: 'altscore_api_key',
      cert_path: 'client.crt',
      key_path: 'client.key',
      ca_path: 'altscore-ca.crt',
    },
  });
  document.commentBefore =
    ' Enter company_name and company_guid, and the names of ledgers where they are not the usual ones; paths are taken from\n the folder of this file.';
  document.comment =
    ' gateway:\n   address: host:port of the gateway\n Under vouchers, where the company is registered, so that taxes are told apart by its state:\n   company_gstin: the GSTIN of the company';
  return document.toString();
}
