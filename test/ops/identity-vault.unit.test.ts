import { randomBytes } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { type IdentityKeys, IdentityVault, Unsealable } from '../../src/ops/identity-vault.js';

const keys = (version: number): IdentityKeys => ({ version, encryption: randomBytes(32), lookup: randomBytes(32) });
const [first, second] = [keys(1), keys(2)];
const vault = new IdentityVault([first]);
const retailer = { gstin: '29AABCT1332L1ZD', name: 'शर्मा स्टोर & Sons', phone: null };

describe('the identity vault', () => {
  it('gives back what it sealed, and never seals the same way twice', () => {
    const sealed = vault.sealIdentity(retailer, 'dist_a');
    expect(vault.unsealIdentity(sealed, 'dist_a')).toEqual(retailer);
    expect(vault.sealIdentity(retailer, 'dist_a').equals(sealed)).toBe(false);
    expect(sealed.toString('latin1')).not.toContain(retailer.gstin);
  });

  it("does not open another distributor's value", () => {
    expect(() => vault.unsealIdentity(vault.sealIdentity(retailer, 'dist_a'), 'dist_b')).toThrow(Unsealable);
  });

  it('notices any changed byte', () => {
    const sealed = vault.sealIdentity(retailer, 'dist_a');
    for (const index of sealed.keys()) {
      const changed = Buffer.from(sealed);
      changed[index] = changed[index]! ^ 1;
      expect(() => vault.unsealIdentity(changed, 'dist_a')).toThrow(Unsealable);
    }
    for (const length of [0, 1, 20])
      expect(() => vault.unsealIdentity(sealed.subarray(0, length), 'dist_a')).toThrow(Unsealable);
  });

  it('opens what an older key sealed, and seals with the newest', () => {
    const sealed = vault.sealIdentity(retailer, 'dist_a');
    const rotated = new IdentityVault([second, first]);
    expect(rotated.unsealIdentity(sealed, 'dist_a')).toEqual(retailer);
    expect(rotated.sealIdentity(retailer, 'dist_a')[0]).toBe(2);
    expect(() => vault.unsealIdentity(rotated.sealIdentity(retailer, 'dist_a'), 'dist_a')).toThrow(Unsealable);
  });

  it('knows one retailer by one key, by GSTIN first, and goes on doing so after a rotation', () => {
    const key = vault.retailerKey({ gstin: '29AABCT1332L1ZD', phone: '9876543210' });
    expect(key).toMatch(/^1\.[\w-]{43}$/);
    expect(vault.retailerKey({ gstin: '29AABCT1332L1ZD', phone: null })).toBe(key);
    expect(vault.retailerKey({ gstin: null, phone: '9876543210' })).not.toBe(key);
    expect(new IdentityVault([first, second]).retailerKey({ gstin: '29AABCT1332L1ZD', phone: null })).toBe(key);
    expect(new IdentityVault([second]).retailerKey({ gstin: '29AABCT1332L1ZD', phone: null })).not.toBe(key);
  });

  it('refuses keys of the wrong length, and none at all', () => {
    expect(() => new IdentityVault([])).toThrow(Unsealable);
    expect(() => new IdentityVault([{ ...first, encryption: randomBytes(16) }])).toThrow(/32 bytes/);
  });
});
