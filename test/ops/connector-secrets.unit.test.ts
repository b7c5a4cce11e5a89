import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { chmod, mkdtemp, rm, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { loadConnectorSecrets, SettingsInvalid } from '../../src/ops/connector-settings.js';
import { type Authority, type Identity, makeAuthority } from '../delivery/certificates.js';

let authority: Authority;
let client: Identity;
let folder: string;
const hmacSecret = randomBytes(32);
const digestKey = randomBytes(32);
const platform = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
const platformKeyPem = platform.publicKey.export({ type: 'spki', format: 'pem' }).toString();

beforeAll(async () => {
  authority = await makeAuthority('AltScore CA');
  client = await authority.client('dist_c4f9ee2a');
});
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'secrets-'));
  await put('altscore_api_key', 'ak_live_0123456789\n');
  await put('hmac_secret', `${hmacSecret.toString('base64')}\n`);
  await put('digest_key', digestKey.toString('hex'));
  await put('client.crt', client.certificate, 0o644);
  await put('client.key', client.key);
  await put('altscore-ca.crt', authority.certificate, 0o644);
  await put('platform_key.pem', platformKeyPem, 0o644);
});
afterEach(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);
async function put(name: string, content: string, mode = 0o600) {
  await writeFile(at(name), content);
  await chmod(at(name), mode);
}
const load = (withGateway = false, erp: { passwordPath?: string; tls?: { caPath: string } } = {}) => {
  const tls = { caPath: at('altscore-ca.crt'), certPath: at('client.crt'), keyPath: at('client.key') };
  return loadConnectorSecrets({
    altscore: {
      ...tls,
      apiKeyPath: at('altscore_api_key'),
      hmacSecretPath: at('hmac_secret'),
      digestKeyPath: at('digest_key'),
      platformKeyPath: at('platform_key.pem'),
    },
    gateway: withGateway ? { tls } : null,
    erp: { host: 'localhost', ...erp },
  });
};
const faultOf = async (): Promise<string> => {
  try {
    await load();
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsInvalid);
    return (error as Error).message;
  }
  return 'no fault';
};

describe('the connector’s secrets', () => {
  it('are read from their files, keys in base64 or hexadecimal', async () => {
    expect(await load(true)).toEqual({
      apiKey: 'ak_live_0123456789',
      hmacSecret,
      digestKey,
      clientCertificate: client.certificate,
      clientKey: client.key,
      authority: authority.certificate,
      platformKeyPem,
      gateway: { authority: authority.certificate, clientCertificate: client.certificate, clientKey: client.key },
      erp: null,
    });
  });

  it('hold the password of an ERP that asks for one, to the letter, and its own authority', async () => {
    await put('sap_password', ' Str0ng&Secret \r\n');
    const tls = { caPath: at('altscore-ca.crt') };
    expect((await load(false, { passwordPath: at('sap_password'), tls })).erp).toEqual({
      password: ' Str0ng&Secret ',
      authority: authority.certificate,
    });
    await chmod(at('sap_password'), 0o644);
    await expect(load(false, { passwordPath: at('sap_password') })).rejects.toThrow(/open to others \(mode 644\)/);
    await put('sap_password', 'two\nlines');
    await expect(load(false, { passwordPath: at('sap_password') })).rejects.toThrow(/service user, in one line/);
  });

  it('may be readable by their group, as mounted secrets are', async () => {
    await chmod(at('hmac_secret'), 0o440);
    expect((await load()).hmacSecret).toEqual(hmacSecret);
  });

  it.each(['altscore_api_key', 'hmac_secret', 'digest_key', 'client.key'])(
    '%s must not be open to others',
    async (name) => {
      await chmod(at(name), 0o644);
      expect(await faultOf()).toBe(`${at(name)}: is open to others (mode 644); expected mode 600: chmod 600 the file.`);
    },
  );

  it.each([
    ['altscore_api_key', 'the API key'],
    ['hmac_secret', 'the signing secret'],
    ['client.crt', 'the client certificate'],
    ['altscore-ca.crt', 'a CA certificate'],
    ['platform_key.pem', "the platform's public key on P-256, in PEM"],
  ])('%s must be there, with something in it', async (name, what) => {
    await put(name, ' \n');
    expect(await faultOf()).toBe(`${at(name)}: is empty; expected ${what}.`);
    await unlink(at(name));
    expect(await faultOf()).toBe(`${at(name)}: is missing; expected a file with ${what}.`);
  });

  it('a wrong file in the place of another is told without repeating what it holds', async () => {
    const wrongs: Array<[name: string, content: string, expected: string]> = [
      ['altscore_api_key', 'two lines\nof text', 'the API key, in one line'],
      ['hmac_secret', randomBytes(31).toString('base64'), 'the signing secret, 32 bytes in base64 or hexadecimal'],
      ['digest_key', 'not a key, but text of some length!', 'the digest key, 32 bytes in base64 or hexadecimal'],
      ['client.crt', client.key, 'a certificate in PEM'],
      ['client.key', client.certificate, 'a private key in PEM'],
      [
        'client.key',
        (await authority.client('other')).key,
        `the private key of the certificate in ${at('client.crt')}`,
      ],
      ['altscore-ca.crt', client.certificate, 'a CA certificate, not one issued by it'],
      [
        'platform_key.pem',
        platform.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
        "the platform's public key on P-256, in PEM",
      ],
      [
        'platform_key.pem',
        generateKeyPairSync('ec', { namedCurve: 'secp384r1' })
          .publicKey.export({ type: 'spki', format: 'pem' })
          .toString(),
        "the platform's public key on P-256, in PEM",
      ],
    ];
    const right = { 'client.crt': client.certificate, 'client.key': client.key } as Record<string, string>;
    for (const [name, content, expected] of wrongs.reverse()) {
      const before = right[name];
      await put(name, content);
      const message = await faultOf();
      expect(message).toBe(`${at(name)}: holds something else; expected ${expected}.`);
      if (before) await put(name, before);
      else if (name === 'platform_key.pem') await put(name, platformKeyPem);
      else if (name === 'altscore-ca.crt') await put(name, authority.certificate);
      else if (name === 'altscore_api_key') await put(name, 'key');
      else await put(name, hmacSecret.toString('base64'));
    }
  });
});
