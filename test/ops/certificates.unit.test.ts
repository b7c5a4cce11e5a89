import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { bridgeSubject, createCa, distributorSubject, openAuthority } from '../../src/ops/certificates.js';

const daysLeft = (certificate: X509Certificate) =>
  Math.round(DateTime.fromJSDate(new Date(certificate.validTo)).diffNow('days').days);

describe('our certificate authority', () => {
  it('issues a client certificate whose subject is the distributor, for 90 days', async () => {
    const ca = await createCa();
    const issued = await (await openAuthority(ca)).issueClient(distributorSubject('dist_c4f9ee2a'));
    const certificate = new X509Certificate(issued.certificatePem);
    expect(certificate.subject).toBe('CN=dist_c4f9ee2a');
    expect(certificate.subjectAltName).toBe('URI:altscore:distributor:dist_c4f9ee2a');
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.ca).toBe(false);
    expect(daysLeft(certificate)).toBe(90);
    expect(certificate.publicKey.asymmetricKeyDetails).toEqual({ namedCurve: 'prime256v1' });
    expect(certificate.checkPrivateKey(createPrivateKey(issued.keyPem))).toBe(true);
    expect(certificate.fingerprint256.replaceAll(':', '').toLowerCase()).toBe(issued.fingerprint);
    expect(certificate.serialNumber.toLowerCase()).toBe(issued.serial);
    expect(certificate.verify(new X509Certificate(ca.certificatePem).publicKey)).toBe(true);
  });

  it("issues a bridge's, which says that it is one", async () => {
    const issued = await (await openAuthority(await createCa())).issueClient(bridgeSubject('sharma-main'));
    const certificate = new X509Certificate(issued.certificatePem);
    expect(certificate.subject).toBe('CN=sharma-main');
    expect(certificate.subjectAltName).toBe('URI:altscore:bridge:sharma-main');
  });

  it('issues a server certificate for names and addresses', async () => {
    const issued = await (await openAuthority(await createCa())).issueServer(['api.altscore.in', '127.0.0.1']);
    const certificate = new X509Certificate(issued.certificatePem);
    expect(certificate.checkHost('api.altscore.in')).toBe('api.altscore.in');
    expect(certificate.checkIP('127.0.0.1')).toBe('127.0.0.1');
    expect(certificate.checkHost('altscore.in')).toBeUndefined();
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
  });

  it('is an authority of its own: another one did not sign its certificates', async () => {
    const [ours, theirs] = [await createCa(), await createCa()];
    const issued = await (await openAuthority(ours)).issueClient(distributorSubject('dist_c4f9ee2a'));
    expect(
      new X509Certificate(issued.certificatePem).verify(new X509Certificate(theirs.certificatePem).publicKey),
    ).toBe(false);
    expect(new X509Certificate(ours.certificatePem).ca).toBe(true);
  });
});
