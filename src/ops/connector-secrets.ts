import { createPrivateKey, createPublicKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { SettingsInvalid } from './connector-errors.js';

/** Where the files are; `ConnectorSettings` holds all of it. */
export interface SecretFiles {
  altscore: {
    apiKeyPath: string;
    certPath: string;
    keyPath: string;
    hmacSecretPath: string;
    digestKeyPath: string;
    caPath: string;
    platformKeyPath: string;
  };
  gateway: { tls: { caPath: string; certPath: string; keyPath: string } | null } | null;
  erp: { host: string; passwordPath?: string; tls?: { caPath: string | null } };
}

/** What the files hold, checked. Certificates and keys as PEM. */
export interface ConnectorSecrets {
  apiKey: string;
  /** 32 bytes. */
  hmacSecret: Buffer;
  /** 32 bytes. */
  digestKey: Buffer;
  clientCertificate: string;
  clientKey: string;
  /** AltScore's CA. */
  authority: string;
  platformKeyPem: string;
  /** For the connection to the gateway; null without a gateway, or without TLS to it. */
  gateway: { authority: string; clientCertificate: string; clientKey: string } | null;
  /** Of the service user, for ERPs that have one; and the CA of the ERP's own certificate, where the file names one. */
  erp: { password: string; authority: string | null } | null;
}

const KEY_BYTES = 32;
const MAX_FILE_BYTES = 64 * 1024;
/** Anything for others, or writing for the group: a mounted secret may be readable by its group. */
const TOO_OPEN = 0o027;

/**
 * Reads and checks every file of credentials.
 *
 * @throws SettingsInvalid for the first file that is missing, empty, open to others, or holds something else
 */
export async function loadConnectorSecrets({ altscore, gateway, erp }: SecretFiles): Promise<ConnectorSecrets> {
  const [clientCertificate, clientKey] = await readClientIdentity(altscore.certPath, altscore.keyPath);
  return {
    apiKey: await readApiKey(altscore.apiKeyPath),
    hmacSecret: await symmetricKey(altscore.hmacSecretPath, 'the signing secret'),
    digestKey: await symmetricKey(altscore.digestKeyPath, 'the digest key'),
    clientCertificate,
    clientKey,
    authority: await readAuthority(altscore.caPath),
    platformKeyPem: await platformKey(altscore.platformKeyPath),
    gateway: gateway?.tls ? await readGatewayIdentity(gateway.tls) : null,
    erp: erp.passwordPath === undefined ? null : await erpAccess(erp.passwordPath, erp.tls?.caPath ?? null),
  };
}

async function erpAccess(passwordPath: string, caPath: string | null) {
  const password = await readPassword(passwordPath, "the password of the ERP's service user");
  return { password, authority: caPath === null ? null : await readAuthority(caPath) };
}

/** Throws SettingsInvalid. */
export async function readGatewayIdentity(tls: { caPath: string; certPath: string; keyPath: string }) {
  const [clientCertificate, clientKey] = await readClientIdentity(tls.certPath, tls.keyPath);
  return { authority: await readAuthority(tls.caPath), clientCertificate, clientKey };
}

/** Throws SettingsInvalid. */
export async function readApiKey(path: string): Promise<string> {
  const key = (await readSecret(path, 'the API key')).trim();
  if (!/^[\x21-\x7e]+$/.test(key)) throw wrong(path, 'the API key, in one line');
  return key;
}

async function symmetricKey(path: string, what: string): Promise<Buffer> {
  const text = (await readSecret(path, what)).trim();
  const key = /^[0-9a-f]{64}$/i.test(text) ? Buffer.from(text, 'hex') : Buffer.from(text, 'base64');
  if (key.length !== KEY_BYTES || !/^[\w+/=-]+$/.test(text)) {
    throw wrong(path, `${what}, ${KEY_BYTES} bytes in base64 or hexadecimal`);
  }
  return key;
}

/** Throws SettingsInvalid. */
export async function readClientIdentity(
  certPath: string,
  keyPath: string,
): Promise<[certificate: string, key: string]> {
  const certificate = await readText(certPath, 'the client certificate');
  const key = await readSecret(keyPath, "the client certificate's private key");
  const parsed = attempt(certPath, 'a certificate in PEM', () => new X509Certificate(certificate));
  const parsedKey = attempt(keyPath, 'a private key in PEM', () => createPrivateKey(key));
  if (!parsed.checkPrivateKey(parsedKey)) throw wrong(keyPath, `the private key of the certificate in ${certPath}`);
  return [certificate, key];
}

/** Throws SettingsInvalid. */
export async function readAuthority(path: string): Promise<string> {
  const pem = await readText(path, 'a CA certificate');
  const certificate = attempt(path, 'a CA certificate in PEM', () => new X509Certificate(pem));
  if (!certificate.ca) throw wrong(path, 'a CA certificate, not one issued by it');
  return pem;
}

async function platformKey(path: string): Promise<string> {
  const what = "the platform's public key on P-256, in PEM";
  const pem = await readText(path, what);
  // createPublicKey would take a private key as well, which has no place here.
  const key = attempt(path, what, () => (pem.includes('PRIVATE KEY') ? null : createPublicKey(pem)));
  if (key?.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw wrong(path, what);
  return pem;
}

/** The one line of a file that nobody else may read. Throws SettingsInvalid. */
export async function readPassword(path: string, what: string): Promise<string> {
  // Only the end of the line goes: a password may begin or end with a blank.
  const password = (await readSecret(path, what)).replace(/\r?\n$/, '');
  if (/[\r\n]/.test(password)) throw wrong(path, `${what}, in one line`);
  return password;
}

/** The text of a file that nobody else may read. Throws SettingsInvalid. */
export async function readSecret(path: string, what: string): Promise<string> {
  const text = await readText(path, what);
  const { mode } = await stat(path);
  if (process.platform !== 'win32' && (mode & TOO_OPEN) !== 0) {
    const octal = (mode & 0o777).toString(8).padStart(3, '0');
    throw new SettingsInvalid(path, [`is open to others (mode ${octal}); expected mode 600: chmod 600 the file.`]);
  }
  return text;
}

async function readText(path: string, what: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`;
    throw new SettingsInvalid(path, [`${reason}; expected a file with ${what}.`]);
  }
  const text = bytes.toString('utf8');
  if (text.trim() === '') throw new SettingsInvalid(path, [`is empty; expected ${what}.`]);
  if (bytes.length > MAX_FILE_BYTES) throw wrong(path, what);
  return text;
}

/** The cause is dropped on purpose: a parser's message may repeat what it read. */
function attempt<Result>(path: string, what: string, parse: () => Result): Result {
  try {
    return parse();
  } catch {
    throw wrong(path, what);
  }
}

const wrong = (path: string, what: string): SettingsInvalid =>
  new SettingsInvalid(path, [`holds something else; expected ${what}.`]);
