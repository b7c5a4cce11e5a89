import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { fetch } from 'undici';
import { parse, parseDocument } from 'yaml';
import { z } from 'zod';

/** The link did not give a bundle that can be installed. */
export class BundleRefused extends Error {
  override readonly name = 'BundleRefused';
}

const FILES = [
  'altscore_api_key',
  'client.crt',
  'client.key',
  'altscore-ca.crt',
  'hmac_secret',
  'digest_key',
  'platform_key.pem',
] as const;
const CONFIG = 'altscore-connector.yaml';

const Bundle = z.object({
  distributor_id: z.string(),
  files: z.record(z.enum([...FILES, CONFIG]), z.string().min(1)),
});

export interface InstallOptions {
  /** The one-time link. */
  bundle: string;
  dir: string;
  erpHost: string;
  erpPort?: number;
  company: string;
  /** For the state file and the quarantine logs; `dir` where none is named. */
  stateDir?: string;
  /** `host:port`. */
  gateway?: string;
  /** Further keys of the YAML by their path, such as `erp.user_name`; values as YAML has them. */
  set?: Record<string, string>;
}

/**
 * Fetches the one-time bundle and writes its files, readable by their owner alone, with a YAML that points at them.
 * Answers the names written.
 */
export async function installBundle(options: InstallOptions): Promise<string[]> {
  if (!URL.canParse(options.bundle) || !/^https?:$/.test(new URL(options.bundle).protocol)) {
    throw new BundleRefused('--bundle is not a link; expected the https address that AltScore Ops handed over.');
  }
  const folder = resolve(options.dir);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await chmod(folder, 0o700);
  const { files } = await fetchBundle(options.bundle);
  const yaml = parseDocument(files[CONFIG]);
  yaml.setIn(['erp', 'host'], options.erpHost);
  if (options.erpPort !== undefined) yaml.setIn(['erp', 'port'], options.erpPort);
  yaml.setIn(['erp', 'company_name'], options.company);
  yaml.setIn(['altscore', 'api_key_path'], join(folder, 'altscore_api_key'));
  yaml.setIn(['altscore', 'cert_path'], join(folder, 'client.crt'));
  yaml.setIn(['altscore', 'key_path'], join(folder, 'client.key'));
  const stateFolder = resolve(options.stateDir ?? folder);
  await mkdir(stateFolder, { recursive: true, mode: 0o700 });
  yaml.setIn(['state_path'], join(stateFolder, '.altscore_state.json'));
  yaml.setIn(['quarantine_dir'], join(stateFolder, 'quarantine'));
  if (yaml.get('erp_type') === 'sap_b1') yaml.setIn(['erp', 'password_path'], join(folder, 'sap_password'));
  for (const [path, value] of Object.entries(options.set ?? {})) yaml.setIn(path.split('.'), parse(value));
  yaml.commentBefore = null;
  if (options.gateway)
    yaml.set('gateway', { address: options.gateway, ...(isLoopback(options.gateway) ? { tls: 'off' } : {}) });

  const contents = { ...files, [CONFIG]: yaml.toString() };
  for (const [name, content] of Object.entries(contents)) {
    await writeFile(join(folder, name), content, { mode: 0o600 });
  }
  return Object.keys(contents);
}

/** On this machine itself there is no gateway in between, and no TLS. */
const isLoopback = (address: string): boolean => /^(localhost|127\.|\[::1\])/.test(address);

async function fetchBundle(url: string): Promise<z.infer<typeof Bundle>> {
  const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
  if (response.status === 404 || response.status === 410) {
    throw new BundleRefused('The link has been used, has expired or was never made; ask AltScore Ops for a new one.');
  }
  if (!response.ok)
    throw new BundleRefused(`The platform answered ${response.status} to the link; try again, then ask AltScore Ops.`);
  const bundle = Bundle.safeParse(await response.json());
  if (!bundle.success)
    throw new BundleRefused('What the link gave is not a bundle this version can install; update the connector.');
  return bundle.data;
}
