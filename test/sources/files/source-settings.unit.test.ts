import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { SettingsInvalid } from '../../../src/ops/connector-errors.js';
import { FileSourceSettings, type OutsidePlace } from '../../../src/ops/file-places.js';
import { openFileSource } from '../../../src/sources/files/open-file-source.js';

const FINGERPRINT = `SHA256:${'Ab0/'.repeat(10)}xyz`;
const FOLDER = { kind: 'folder', path: '/srv/landing' };
const SFTP = {
  kind: 'sftp',
  host: 'sftp.example.com',
  path: '/tally',
  user_name: 'altscore',
  private_key_file: '/secrets/sftp_key',
  host_key_fingerprints: [FINGERPRINT],
};
const S3 = { kind: 's3', bucket: 'org-files', region: 'ap-south-1' };

let secrets: string;
beforeAll(async () => {
  secrets = await mkdtemp(join(tmpdir(), 'source-secrets-'));
});
afterAll(() => rm(secrets, { recursive: true }));
async function secret(name: string, content: string, mode = 0o600): Promise<string> {
  await writeFile(join(secrets, name), content);
  await chmod(join(secrets, name), mode);
  return join(secrets, name);
}
const opened = async (settings: object) => openFileSource(FileSourceSettings.parse(settings) as OutsidePlace);

describe('the settings of a place of files', () => {
  it('are few, and the rest has its usual value', () => {
    expect(FileSourceSettings.parse(SFTP)).toEqual({ ...SFTP, port: 22, timeout_seconds: 60 });
    expect(FileSourceSettings.parse(S3)).toEqual({
      ...S3,
      force_path_style: false,
      server_side_encryption: 'AES256',
      timeout_seconds: 120,
    });
    expect(FileSourceSettings.parse(FOLDER)).toEqual(FOLDER);
  });

  it.each([
    ['{}', 'kind', 'is missing; expected folder or sftp or s3 or upload'],
    ['{kind: ftp}', 'kind', 'expected folder or sftp or s3 or upload'],
    ['text', '', 'expected a section of keys'],
    [{ ...FOLDER, path: 'landing' }, 'path', 'expected the absolute path of a folder'],
    [{ ...SFTP, path: '/a/../b' }, 'path', /^expected the absolute path of a folder on the server/],
    [{ ...SFTP, host: 'sftp://x' }, 'host', 'expected a host name or address, without http:// and port'],
    [{ ...SFTP, host_key_fingerprints: undefined }, 'host_key_fingerprints', /^is missing; expected a list/],
    [{ ...SFTP, host_key_fingerprints: [] }, 'host_key_fingerprints', /^expected a list/],
    [{ ...SFTP, host_key_fingerprints: ['MD5:00'] }, 'host_key_fingerprints.0', /^expected a fingerprint as OpenSSH/],
    [{ ...SFTP, private_key_file: undefined }, 'password_file', 'is missing; expected it or private_key_file'],
    [{ ...SFTP, password_file: '/secrets/p' }, 'password_file', /^stands beside private_key_file/],
    [{ ...S3, bucket: 'My_Bucket' }, 'bucket', /^expected the name of a bucket/],
    [{ ...S3, prefix: 'tally/' }, 'prefix', /^expected what keys begin with/],
    [{ ...S3, prefix: '../x' }, 'prefix', /^expected what keys begin with/],
    [{ ...S3, access_key_id: 'AKIA' }, 'secret_access_key_file', 'is missing; expected both, or neither'],
    [{ ...S3, secret_access_key_file: '/s' }, 'access_key_id', 'is missing; expected both, or neither'],
    [{ ...S3, endpoint: 'http://s3.example.com' }, 'endpoint', /^expected an address such as https/],
    [{ ...S3, endpoint: 'https://u:p@s3.example.com' }, 'endpoint', /^expected an address such as https/],
    [{ ...S3, server_side_encryption: 'rot13' }, 'server_side_encryption', 'expected AES256 or aws:kms or none'],
  ])('that are wrong are refused by name, in a sentence: %j', (settings, where, says) => {
    const { error } = FileSourceSettings.safeParse(typeof settings === 'string' ? parse(settings) : settings);
    expect(error?.issues.map(({ path, message }) => [path.join('.'), message])).toEqual([
      [where, typeof says === 'string' ? says : expect.stringMatching(says)],
    ]);
  });

  it('never hold a secret themselves', () => {
    const inline = { ...SFTP, private_key_file: undefined, password: 'hunter2' };
    const { error } = FileSourceSettings.safeParse(inline);
    expect(error?.issues.map(({ code }) => code)).toContain('unrecognized_keys');
    expect(error?.message).not.toContain('hunter2');
  });
});

describe('opening a place of files', () => {
  it('names it by its address, without credentials', async () => {
    const password_file = await secret('password', 'hunter2\n');
    const withPassword = { ...SFTP, private_key_file: undefined, password_file };
    expect((await opened(FOLDER)).uri).toBe('file:///srv/landing');
    expect((await opened(withPassword)).uri).toBe('sftp://sftp.example.com/tally');
    expect((await opened({ ...withPassword, port: 2022, path: '/' })).uri).toBe('sftp://sftp.example.com:2022');
    expect((await opened(S3)).uri).toBe('s3://org-files');
    const secret_access_key_file = await secret('s3', 'key');
    const store = { ...S3, prefix: 'tally/vouchers', access_key_id: 'AKIA', secret_access_key_file };
    expect((await opened(store)).uri).toBe('s3://org-files/tally/vouchers');
  });

  it('knows where a file appears whole', async () => {
    expect([(await opened(FOLDER)).appearsWhole, (await opened(S3)).appearsWhole]).toEqual([false, true]);
  });

  it('refuses secrets that others may read, or that are not there', async () => {
    const private_key_file = await secret('open', 'key', 0o644);
    await expect(opened({ ...SFTP, private_key_file })).rejects.toThrow(/open: is open to others \(mode 644\)/);
    await expect(opened({ ...SFTP, private_key_file: `${secrets}/none` })).rejects.toThrow(SettingsInvalid);
  });
});
