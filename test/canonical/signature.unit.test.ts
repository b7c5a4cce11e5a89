import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DateTime } from 'luxon';
import { clockFault } from '../../src/canonical/clock-skew.js';
import { signatureOf, verifySignature } from '../../src/canonical/signature.js';

const secret = Buffer.alloc(32, 1);
const older = Buffer.alloc(32, 2);
const parts = { batchId: 'bat_8f3c', createdAt: '2026-05-19T02:04:11Z', body: Buffer.from('{"a":1}') };

describe('the signature of a request', () => {
  it('is HMAC-SHA256 over id, time and raw body, as the contract says', () => {
    const mac = createHmac('sha256', secret).update('bat_8f3c.2026-05-19T02:04:11Z.{"a":1}').digest('base64');
    expect(signatureOf(parts, secret)).toBe(`v1,${mac}`);
    expect(verifySignature(`v1,${mac}`, parts, [secret])).toBe(true);
  });

  it.each([
    ['another body', { body: Buffer.from('{"a":2}') }],
    ['another id', { batchId: 'bat_8f3d' }],
    ['another time', { createdAt: '2026-05-19T02:04:12Z' }],
  ])('does not fit %s', (_story, change) => {
    expect(verifySignature(signatureOf(parts, secret), { ...parts, ...change }, [secret])).toBe(false);
  });

  it('bears a rotation on either side: two signatures sent, or two secrets known', () => {
    const both = `${signatureOf(parts, secret)} ${signatureOf(parts, older)}`;
    expect(verifySignature(both, parts, [older])).toBe(true);
    expect(verifySignature(signatureOf(parts, older), parts, [secret, older])).toBe(true);
    expect(verifySignature(both, parts, [])).toBe(false);
  });

  it('takes nothing else, and never throws', () => {
    const good = signatureOf(parts, secret);
    for (const header of ['', 'v1', 'v1,', good.slice(3), good.replace('v1', 'v2'), good.slice(0, -4), `x${good}`]) {
      expect(verifySignature(header, parts, [secret])).toBe(false);
    }
    fc.assert(fc.property(fc.string(), (header) => !verifySignature(header, parts, [secret])));
  });
});

describe('the clock', () => {
  const now = DateTime.fromISO('2026-05-19T02:00:00Z');
  it.each([
    ['2026-05-19T02:00:00Z', null],
    ['2026-05-17T02:00:00Z', null],
    ['2026-05-17T01:59:59Z', 'more than 48 hours old'],
    ['2026-05-19T02:05:00Z', null],
    ['2026-05-19T02:05:01Z', 'more than 5 minutes ahead'],
    ['2026-05-19T07:35:00+05:30', null],
    ['yesterday', 'not an ISO time'],
    ['', 'not an ISO time'],
  ])('a request signed at %s: %s', (createdAt, fault) => {
    if (fault === null) expect(clockFault(createdAt, now)).toBeNull();
    else expect(clockFault(createdAt, now)).toContain(fault);
  });
});
