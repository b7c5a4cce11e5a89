import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import * as x509 from '@peculiar/x509';
import { DateTime } from 'luxon';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const CLIENT_DAYS = 90;
const SERVER_DAYS = 397;
const CA_YEARS = 10;
/** A certificate is valid a little before it is made, for peers whose clock is behind. */
const BACKDATED_MINUTES = 5;

export interface IssuedCertificate {
  certificatePem: string;
  keyPem: string;
  /** SHA-256 of the DER, lower-case hex. */
  fingerprint: string;
  serial: string;
  /** ISO. */
  notBefore: string;
  notAfter: string;
}

/** Whom a client certificate names; the URI says in which role, so that no certificate serves in another one's place. */
export interface ClientSubject {
  id: string;
  uri: string;
}

/** Where certificates come from; our own CA by default, cert-manager or step-ca could stand behind it as well. */
export interface CertificateAuthority {
  readonly certificatePem: string;
  /** For a TLS server reached under these host names or addresses. */
  issueServer(hosts: string[]): Promise<IssuedCertificate>;
  /** For a connector or a bridge: the subject CN is its id, a SAN URI says whose it is; 90 days. */
  issueClient(subject: ClientSubject): Promise<IssuedCertificate>;
}

/** A new self-signed P-256 authority. */
export async function createCa(
  commonName = 'AltScore Connect CA',
): Promise<{ certificatePem: string; keyPem: string }> {
  const keys = await generateKeys();
  const now = DateTime.utc();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: [{ CN: [commonName] }],
    notBefore: now.minus({ minutes: BACKDATED_MINUTES }).toJSDate(),
    notAfter: now.plus({ years: CA_YEARS }).toJSDate(),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificatePem: certificate.toString('pem'), keyPem: await exportKey(keys.privateKey) };
}

export async function openAuthority(ca: { certificatePem: string; keyPem: string }): Promise<CertificateAuthority> {
  const issuer = new x509.X509Certificate(ca.certificatePem);
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    x509.PemConverter.decodeFirst(ca.keyPem),
    ALGORITHM,
    false,
    ['sign'],
  );

  async function issue(
    commonName: string,
    validDays: number,
    usage: x509.ExtendedKeyUsage,
    names: x509.JsonGeneralNames,
  ): Promise<IssuedCertificate> {
    const keys = await generateKeys();
    const now = DateTime.utc();
    const certificate = await x509.X509CertificateGenerator.create({
      serialNumber: newSerial(),
      subject: [{ CN: [commonName] }],
      issuer: issuer.subject,
      notBefore: now.minus({ minutes: BACKDATED_MINUTES }).toJSDate(),
      notAfter: now.plus({ days: validDays }).toJSDate(),
      publicKey: keys.publicKey,
      signingKey,
      signingAlgorithm: ALGORITHM,
      extensions: [
        new x509.BasicConstraintsExtension(false, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
        new x509.ExtendedKeyUsageExtension([usage], true),
        new x509.SubjectAlternativeNameExtension(names),
        await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(issuer),
      ],
    });
    return {
      certificatePem: certificate.toString('pem'),
      keyPem: await exportKey(keys.privateKey),
      fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
      serial: certificate.serialNumber,
      notBefore: certificate.notBefore.toISOString(),
      notAfter: certificate.notAfter.toISOString(),
    };
  }

  return {
    certificatePem: ca.certificatePem,
    issueServer: (hosts) =>
      issue(
        hosts[0] ?? 'localhost',
        SERVER_DAYS,
        x509.ExtendedKeyUsage.serverAuth,
        hosts.map((host) => ({ type: isIP(host) ? 'ip' : 'dns', value: host }) as const),
      ),
    issueClient: ({ id, uri }) =>
      issue(id, CLIENT_DAYS, x509.ExtendedKeyUsage.clientAuth, [{ type: 'url', value: uri }]),
  };
}

export const distributorSubject = (distributorId: string): ClientSubject => ({
  id: distributorId,
  uri: `altscore:distributor:${distributorId}`,
});
export const bridgeSubject = (companyId: string): ClientSubject => ({
  id: companyId,
  uri: `altscore:bridge:${companyId}`,
});

const generateKeys = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);

const exportKey = async (key: webcrypto.CryptoKey): Promise<string> =>
  x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY');

/** 16 random bytes, the first bit clear: a positive serial number of at most 20 bytes (RFC 5280 §4.1.2.2). */
function newSerial(): string {
  const bytes = webcrypto.getRandomValues(new Uint8Array(16));
  bytes[0] = (bytes[0]! & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
