import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LandingKeyRefused, LandingKeys, landingKeyOf } from '../../src/ops/landing-keys.js';

/** As OpenSSH writes a key; its parts behind the type are given. */
function keyLine(type: string, ...parts: Buffer[]): string {
  const blob = [Buffer.from(type), ...parts].flatMap((part) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(part.length);
    return [length, part];
  });
  return `${type} ${Buffer.concat(blob).toString('base64')}`;
}
const ed25519 = (fill: number): string => keyLine('ssh-ed25519', Buffer.alloc(32, fill));
function rsa(modulusLength: number): string {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength }).publicKey.export({ format: 'jwk' });
  const modulus = Buffer.concat([Buffer.alloc(1), Buffer.from(n!, 'base64url')]);
  return keyLine('ssh-rsa', Buffer.from(e!, 'base64url'), modulus);
}

describe('a key for the landing zone', () => {
  it('is told by its fingerprint and entered without its comment, for files alone', () => {
    // The fingerprint is that of ssh-keygen -lf.
    const given =
      'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB ramesh@canary-stores\n';
    expect(landingKeyOf(given)).toEqual({
      fingerprint: 'SHA256:RXm/ruZ0eTzRXKwi1AQEDynB0VgHQ2ac9KPSFdf/YnA',
      line: 'restrict ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB',
    });
    expect(landingKeyOf(given).line).toBe(`restrict ${ed25519(1)}`);
    expect(landingKeyOf(rsa(2048)).line).toMatch(/^restrict ssh-rsa /);
  });

  it.each([
    ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----\nsecret\n', /holds a private key, which must never be sent/],
    ['a private key of PuTTY', 'PuTTY-User-Key-File-3: ssh-ed25519\nsecret', /holds a private key/],
    ['PuTTY’s own form', '---- BEGIN SSH2 PUBLIC KEY ----\nAAAA\n', /in PuTTY’s form/],
    ['options of its own', `command="/bin/sh" ${ed25519(1)}`, /holds no public key/],
    ['two keys', `${ed25519(1)}\n${ed25519(2)}\n`, /holds no public key/],
    ['a key cut short', ed25519(1).slice(0, -8), /damaged or cut short/],
    ['another kind than it says', ed25519(1).replace('ssh-ed25519', 'ssh-rsa'), /damaged or cut short/],
    ['a kind that is out of use', keyLine('ssh-dss', Buffer.alloc(20)), /holds no public key/],
    ['a short RSA key', rsa(1024), /The RSA key is too short/],
    ['nothing', '', /holds no public key/],
  ])('is refused where the file holds %s', (_what, text, says) => {
    expect(() => landingKeyOf(text)).toThrow(LandingKeyRefused);
    expect(() => landingKeyOf(text)).toThrow(says);
    expect(() => landingKeyOf(text)).not.toThrow(/secret|AAAAC3/);
  });
});

describe('the folder of keys', () => {
  let folder: string;
  let keys: LandingKeys;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landing-keys-'));
    keys = new LandingKeys(folder);
  });
  afterEach(() => rm(folder, { recursive: true }));
  const [one, two] = [landingKeyOf(ed25519(1)), landingKeyOf(ed25519(2))];

  it('has a file for each distributor, which sshd may read at any moment', async () => {
    await keys.add('dist_aaaa', one);
    await keys.add('dist_aaaa', two);
    await keys.add('dist_aaaa', one);
    expect(await readdir(folder)).toEqual(['dist_aaaa']);
    expect(await readFile(join(folder, 'dist_aaaa'), 'utf8')).toBe(`${one.line}\n${two.line}\n`);
    expect((await stat(join(folder, 'dist_aaaa'))).mode & 0o777).toBe(0o644);
    expect(await keys.of('dist_aaaa')).toEqual([one, two]);
  });

  it('loses one key, or all and the file with them', async () => {
    await keys.add('dist_aaaa', one);
    await keys.add('dist_aaaa', two);
    expect(await keys.remove('dist_aaaa', one.fingerprint)).toBe(1);
    expect(await keys.of('dist_aaaa')).toEqual([two]);
    expect(await keys.remove('dist_aaaa', one.fingerprint)).toBe(0);
    expect(await keys.remove('dist_aaaa', null)).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it('gives no key to two distributors, and no file to what is no distributor', async () => {
    await keys.add('dist_aaaa', one);
    await expect(keys.add('dist_bbbb', one)).rejects.toThrow('The key is that of dist_aaaa');
    for (const name of ['../dist_aaaa', 'root', 'dist_A', '']) {
      await expect(keys.add(name, two)).rejects.toThrow(LandingKeyRefused);
      await expect(keys.remove(name, null)).rejects.toThrow(LandingKeyRefused);
    }
    expect(await readdir(folder)).toEqual(['dist_aaaa']);
  });
});
