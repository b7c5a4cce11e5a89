import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readPlatformKey } from '../../src/delivery/seal.js';
import { openSecrets, SecretsMissing } from '../../src/ops/central-secrets.js';

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), 'altscore-secrets-')), 'secrets');
});
afterEach(() => rm(join(folder, '..'), { recursive: true }));

describe('the platform secrets', () => {
  it('are never made by accident', async () => {
    await expect(openSecrets(folder)).rejects.toThrow(SecretsMissing);
    await expect(readdir(folder)).rejects.toThrow();
  });

  it('are made once, readable by their owner alone, and stay the same', async () => {
    const made = await openSecrets(folder, { init: true });
    const files = await readdir(folder);
    expect(files.sort()).toEqual([
      'admin_token',
      'altscore-ca.crt',
      'altscore-ca.key',
      'files_identity.txt',
      'identity_keys.json',
      'platform_key.key',
    ]);
    for (const file of files) expect((await stat(join(folder, file))).mode & 0o777).toBe(0o600);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);

    for (const again of [await openSecrets(folder), await openSecrets(folder, { init: true })]) {
      expect(again.adminToken).toBe(made.adminToken);
      expect(again.authority.certificatePem).toBe(made.authority.certificatePem);
      expect(again.platformKeys[0]!.kid).toBe(made.platformKeys[0]!.kid);
      const sealed = made.vault.seal('x', 'owner');
      expect(again.vault.unseal(sealed, 'owner').toString()).toBe('x');
    }
  });

  it('name the platform key as the connector does', async () => {
    const [key] = (await openSecrets(folder, { init: true })).platformKeys;
    expect((await readPlatformKey(key!.publicKeyPem)).kid).toBe(key!.kid);
  });

  it('say which file is missing or spoilt, and nothing of what is in it', async () => {
    await openSecrets(folder, { init: true });
    await writeFile(join(folder, 'identity_keys.json'), '[{"version":1,"encryption":"c2hvcnQ="}]');
    const refused = openSecrets(folder);
    await expect(refused).rejects.toThrow('The secrets file identity_keys.json cannot be used');
    await expect(refused).rejects.not.toThrow('c2hvcnQ=');
    await rm(join(folder, 'platform_key.key'));
    await expect(openSecrets(folder)).rejects.toThrow('has no readable platform_key.key');
  });

  it('keep a certificate authority that has its own key', async () => {
    await openSecrets(folder, { init: true });
    expect(await readFile(join(folder, 'altscore-ca.key'), 'utf8')).toContain('PRIVATE KEY');
    expect(await readFile(join(folder, 'altscore-ca.crt'), 'utf8')).not.toContain('PRIVATE KEY');
  });
});
