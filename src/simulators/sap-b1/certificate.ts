import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { DateTime } from 'luxon';

x509.cryptoProvider.set(webcrypto);

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;

export interface ServerCertificate {
  caPem: string;
  certificatePem: string;
  keyPem: string;
  /** SHA-256 of the server's certificate, lower-case hex. */
  fingerprint: string;
}

/** A company's own authority, as Service Layer servers usually have, and a certificate for the loopback. */
export async function makeCertificate(): Promise<ServerCertificate> {
  const validity = {
    notBefore: DateTime.utc().minus({ minutes: 5 }).toJSDate(),
    notAfter: DateTime.utc().plus({ days: 30 }).toJSDate(),
  };
  const generate = () => webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const caKeys = await generate();
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: '01',
    name: [{ CN: ['Simulated Service Layer CA'] }],
    ...validity,
    keys: caKeys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  const keys = await generate();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: '02',
    subject: [{ CN: ['sap-b1.test'] }],
    issuer: ca.subject,
    ...validity,
    publicKey: keys.publicKey,
    signingKey: caKeys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([
        { type: 'ip', value: '127.0.0.1' },
        { type: 'dns', value: 'localhost' },
      ]),
    ],
  });
  const exported = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return {
    caPem: ca.toString('pem'),
    certificatePem: certificate.toString('pem'),
    keyPem: x509.PemConverter.encode(exported, 'PRIVATE KEY'),
    fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
  };
}
