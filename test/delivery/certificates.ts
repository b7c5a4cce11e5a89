import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';
import { DateTime } from 'luxon';

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const { ExtendedKeyUsage } = x509;

export interface Identity {
  certificate: string;
  key: string;
}

/** A certificate authority of the test's own, and what it issues. */
export async function makeAuthority(name: string) {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
  const authority = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    notBefore: DateTime.utc().minus({ days: 1 }).toJSDate(),
    notAfter: DateTime.utc().plus({ years: 1 }).toJSDate(),
    signingAlgorithm: EC,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  });
  const issue = async (
    subject: string,
    usage: x509.ExtendedKeyUsage,
    validForDays: number,
    names: x509.JsonGeneralNames,
  ): Promise<Identity> => {
    const own = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify']);
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${subject}`,
      issuer: authority.subject,
      publicKey: own.publicKey,
      signingKey: keys.privateKey,
      signingAlgorithm: EC,
      notBefore: DateTime.utc().minus({ days: 100 }).toJSDate(),
      notAfter: DateTime.utc().plus({ days: validForDays }).toJSDate(),
      extensions: [
        new x509.ExtendedKeyUsageExtension([usage]),
        ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      ],
    });
    const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', own.privateKey);
    return { certificate: certificate.toString('pem'), key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY') };
  };
  return {
    certificate: authority.toString('pem'),
    server: (host: string) => issue('platform', ExtendedKeyUsage.serverAuth, 90, [{ type: 'ip', value: host }]),
    client: (subject: string, validForDays = 90) => issue(subject, ExtendedKeyUsage.clientAuth, validForDays, []),
  };
}
export type Authority = Awaited<ReturnType<typeof makeAuthority>>;
