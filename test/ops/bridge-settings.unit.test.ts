import { readFileSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { OUTCOME_CODES } from '../../src/canonical/bridge.js';
import { OUTCOME_ADVICE } from '../../src/canonical/bridge-advice.js';
import {
  loadBridgeSecrets,
  loadBridgeSettings,
  parseBridgeSettings,
  SettingsInvalid,
} from '../../src/ops/bridge-settings.js';

const LEAST = `company_id: sharma-main
tally:
  company_name: Sharma FMCG Dist
  company_guid: 0f4c1a8e-5d2b-4a57-9a10-1f3f6e2d7c55
altscore:
  api_endpoint: https://api.altscore.in
  api_key_path: secrets/altscore_api_key # never inline
  cert_path: secrets/client.crt
  key_path: secrets/client.key
`;
const FILE = '/etc/altscore/altscore-bridge.yaml';
const changed = (changes: Record<string, unknown>): string => {
  const document = parseDocument(LEAST);
  for (const [path, value] of Object.entries(changes)) {
    if (value === undefined) document.deleteIn(path.split('.'));
    else document.setIn(path.split('.'), document.createNode(value));
  }
  return document.toString();
};
const parse = (changes: Record<string, unknown> = {}) => parseBridgeSettings(changed(changes), FILE);
const faultsOf = (changes: Record<string, unknown>): string[] => {
  try {
    parse(changes);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults;
    throw error;
  }
  return [];
};

describe('altscore-bridge.yaml', () => {
  it('needs the company, its GUID and the credentials; all else has a default', () => {
    expect(parse()).toEqual({
      tally: {
        host: 'localhost',
        port: 9000,
        companyName: 'Sharma FMCG Dist',
        companyGuid: '0f4c1a8e-5d2b-4a57-9a10-1f3f6e2d7c55',
        encoding: 'utf-8',
        timeoutMs: 120_000,
      },
      company: {
        companyId: 'sharma-main',
        name: 'Sharma FMCG Dist',
        guid: '0f4c1a8e-5d2b-4a57-9a10-1f3f6e2d7c55',
        gstin: null,
        release: 'prime',
        view: 'ledger_only',
        numbering: 'manual',
        intraStateTest: 'party_state',
        booksTo: null,
        billAllocations: false,
        voucherTypes: { sales: 'Sales', purchase: 'Purchase', sales_order: 'Sales Order' },
        ledgers: {
          sales: 'Sales',
          purchase: 'Purchase',
          output: { cgst: 'CGST', sgst: 'SGST', utgst: null, igst: 'IGST' },
          input: { cgst: 'Input CGST', sgst: 'Input SGST', utgst: null, igst: 'Input IGST' },
          reverseCharge: null,
          roundOff: 'Round Off',
        },
        newLedgers: null,
      },
      altscore: {
        apiEndpoint: 'https://api.altscore.in',
        apiKeyPath: '/etc/altscore/secrets/altscore_api_key',
        certPath: '/etc/altscore/secrets/client.crt',
        keyPath: '/etc/altscore/secrets/client.key',
        caPath: '/etc/altscore/secrets/altscore-ca.crt',
      },
      gateway: null,
      logLevel: 'info',
    });
  });

  it("holds the company's own state against the place of supply once its GSTIN is known", () => {
    const gstin = '29aabct1332l1z2';
    expect(parse({ vouchers: { company_gstin: gstin } }).company).toMatchObject({
      gstin: '29AABCT1332L1Z2',
      intraStateTest: 'supplier_state',
    });
    const asked = { company_gstin: gstin, intra_state_test: 'party_state' };
    expect(parse({ vouchers: asked }).company.intraStateTest).toBe('party_state');
    expect(faultsOf({ vouchers: { intra_state_test: 'supplier_state' } })).toEqual([
      'vouchers.company_gstin is missing; expected the GSTIN of the company, since intra_state_test is supplier_state.',
    ]);
  });

  it('names ledgers of its own, for reverse charge all or none, and the groups of new ones', () => {
    const rcm = { rcm_cgst: 'RCM CGST', rcm_sgst: 'RCM SGST', rcm_igst: 'RCM IGST' };
    const { ledgers, newLedgers } = parse({ ledgers: { ...rcm, utgst: 'UTGST' }, new_ledgers: {} }).company;
    expect(ledgers.reverseCharge).toEqual({ cgst: 'RCM CGST', sgst: 'RCM SGST', utgst: null, igst: 'RCM IGST' });
    expect(ledgers.output.utgst).toBe('UTGST');
    expect(newLedgers).toEqual({ customers: 'Sundry Debtors', suppliers: 'Sundry Creditors' });
    expect(faultsOf({ ledgers: { rcm_cgst: 'RCM CGST' } })).toEqual([
      'ledgers.rcm_sgst is missing; expected all of rcm_cgst, rcm_sgst, rcm_igst.',
      'ledgers.rcm_igst is missing; expected all of rcm_cgst, rcm_sgst, rcm_igst.',
    ]);
  });

  it.each([
    [{ 'tally.company_guid': undefined }, /^tally\.company_guid is missing; expected the GUID/],
    [{ company_id: 'Sharma Main' }, /^company_id expected 3 to 40 lower-case letters/],
    [{ 'altscore.api_endpoint': 'http://api.altscore.in' }, /^altscore\.api_endpoint expected the https address/],
    [{ 'tally.timeout_seconds': 0 }, /^tally\.timeout_seconds expected a whole number of seconds from 1/],
    [{ 'tally.host': 'http://localhost' }, /^tally\.host expected a host name/],
    [{ vouchers: { view: 'both' } }, /^vouchers\.view expected ledger_only or item_invoice/],
    [{ vouchers: { books_to: '31/03/2027' } }, /^vouchers\.books_to expected a date such as/],
    [{ ledger: {} }, /^ledger is not a known key/],
    [{ 'altscore.api_key': 'k-123' }, /^altscore\.api_key holds a secret itself; expected altscore\.api_key_path/],
    [{ gateway: { address: 'temporal:7233', tls: 'off' } }, /^gateway\.tls is off for another machine/],
  ])('refuses %j in a sentence that repeats no value', (changes, sentence) => {
    const faults = faultsOf(changes);
    expect(faults).toEqual([expect.stringMatching(sentence)]);
    expect(faults.join()).not.toContain('k-123');
  });

  it('is refused with all its faults at once, and when it is not there', async () => {
    expect(faultsOf({ company_id: undefined, 'tally.port': 0, log_level: 'loud' })).toHaveLength(3);
    await expect(loadBridgeSettings('/nowhere/altscore-bridge.yaml')).rejects.toThrow(/cannot be read \(ENOENT\)/);
  });

  it('names files of credentials, which nobody else may read', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'bridge-'));
    try {
      const settings = parseBridgeSettings(LEAST, join(folder, 'altscore-bridge.yaml'));
      await expect(loadBridgeSecrets(settings)).rejects.toThrow(/client\.crt: is missing; expected a file with/);
      const path = join(folder, 'altscore-bridge.yaml');
      await writeFile(path, LEAST);
      await chmod(path, 0o600);
      expect(await loadBridgeSettings(path)).toEqual(settings);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("the operator's page", () => {
  const page = readFileSync(new URL('../../docs/bridge.md', import.meta.url), 'utf8');

  it('prints a YAML that is accepted, with every key there is', () => {
    const yaml = /```yaml\n(.*?)```/s.exec(page)![1]!;
    const { company, gateway } = parseBridgeSettings(yaml, FILE);
    expect(company).toMatchObject({ intraStateTest: 'supplier_state', billAllocations: true, booksTo: '2027-03-31' });
    expect(company.ledgers.reverseCharge).not.toBeNull();
    expect(company.newLedgers).not.toBeNull();
    expect(gateway?.address).toBe('connect.altscore.in:7233');
  });

  it('says of every outcome what it means and what to do, as the program does', () => {
    const rows = [...page.matchAll(/^\| `([A-Z_]+)` \| [a-z ]+ \| (.+) \| (.+) \|$/gm)].filter(([, code]) =>
      OUTCOME_CODES.some((one) => one === code),
    );
    expect(Object.fromEntries(rows.map(([, code, means, todo]) => [code, { means, todo }]))).toEqual(OUTCOME_ADVICE);
  });
});
