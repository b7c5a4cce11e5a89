import { describe, expect, it } from '@jest/globals';
import { parseDocument } from 'yaml';
import { loadConnectorSettings, parseConnectorSettings, SettingsInvalid } from '../../src/ops/connector-settings.js';

/** The file exactly as the integration specification §2 prints it. */
const PRINTED = `# Distributor-specific config — never commit to version control
distributor_id: dist_c4f9ee2a
erp_type: tally_prime # tally_prime | sap_b1 | csv
erp:
  host: localhost
  port: 9000                    # Tally Prime HTTP server port
  company_name: "Sharma FMCG Dist"
altscore:
  api_endpoint: https://api.altscore.in/v1/ingest/batch
  api_key_path: /secrets/altscore_api_key # never inline
  cert_path: /secrets/client.crt
  key_path: /secrets/client.key
sync:
  mode: delta # delta | full_backfill
  lookback_days: 7                     # overlap window for missed records
  max_records_per_batch: 1000
schedule: "0 2 * * *"                   # cron: daily at 2 AM local
`;
const FILE = '/etc/altscore/altscore-connector.yaml';
const parse = (text: string) => parseConnectorSettings(text, FILE);
const changed = (changes: Record<string, unknown>): string => {
  const document = parseDocument(PRINTED);
  for (const [path, value] of Object.entries(changes)) {
    if (value === undefined) document.deleteIn(path.split('.'));
    else document.setIn(path.split('.'), document.createNode(value));
  }
  return document.toString();
};
const faultsOf = (text: string): string[] => {
  try {
    parse(text);
  } catch (error) {
    if (error instanceof SettingsInvalid) return error.faults;
    throw error;
  }
  return [];
};

describe('altscore-connector.yaml', () => {
  it('is accepted exactly as the specification prints it, with every default filled in', () => {
    expect(parse(PRINTED)).toEqual({
      distributorId: 'dist_c4f9ee2a',
      erpType: 'tally_prime',
      erp: {
        host: 'localhost',
        port: 9000,
        companyName: 'Sharma FMCG Dist',
        companyGuid: null,
        companies: null,
        reading: 'auto',
        encoding: 'utf-8',
        defaultCreditDays: null,
        excludedLedgers: [],
        earliestDate: null,
        adjustments: true,
        timeZone: 'Asia/Kolkata',
        ownPhone: null,
      },
      altscore: {
        apiEndpoint: 'https://api.altscore.in/v1/ingest/batch',
        apiKeyPath: '/secrets/altscore_api_key',
        certPath: '/secrets/client.crt',
        keyPath: '/secrets/client.key',
        hmacSecretPath: '/secrets/hmac_secret',
        digestKeyPath: '/secrets/digest_key',
        caPath: '/secrets/altscore-ca.crt',
        platformKeyPath: '/secrets/platform_key.pem',
      },
      gateway: null,
      sync: {
        mode: 'delta',
        lookbackDays: 7,
        maxRecordsPerBatch: 1000,
        maxDocumentsInMemory: 15_000,
        maxInvoicePaise: 50_00_000_00,
        gstinForms: 'ordinary',
      },
      schedule: '0 2 * * *',
      statePath: '/etc/altscore/.altscore_state.json',
      quarantineDir: '/etc/altscore/quarantine',
      logLevel: 'info',
    });
  });

  it('takes the additions', () => {
    const settings = parse(
      changed({
        'erp.company_guid': 'c0ffee00-1111-2222-3333-444455556666',
        'erp.reading': 'voucher_register',
        'erp.encoding': 'utf-16le',
        'erp.default_credit_days': 30,
        'erp.excluded_ledgers': ['Staff Advances'],
        'erp.earliest_date': '2023-04-01',
        'erp.adjustments': 'off',
        'erp.time_zone': 'Asia/Kathmandu',
        'altscore.hmac_secret_path': 'keys/hmac',
        'sync.max_invoice_inr': 7500000.5,
        'sync.gstin_forms': 'all',
        gateway: { address: 'gateway.altscore.in:443', namespace: 'production', tls: { server_name: 'gateway' } },
        state_path: 'state/altscore.json',
        log_level: 'debug',
      }),
    );
    expect(settings).toMatchObject({
      erp: {
        reading: 'voucher_register',
        encoding: 'utf-16le',
        defaultCreditDays: 30,
        excludedLedgers: ['Staff Advances'],
        earliestDate: '2023-04-01',
        adjustments: false,
        timeZone: 'Asia/Kathmandu',
      },
      altscore: { hmacSecretPath: '/etc/altscore/keys/hmac' },
      sync: { maxInvoicePaise: 7_500_000_50, gstinForms: 'all' },
      gateway: {
        address: 'gateway.altscore.in:443',
        namespace: 'production',
        tls: {
          caPath: '/secrets/altscore-ca.crt',
          certPath: '/secrets/client.crt',
          keyPath: '/secrets/client.key',
          serverName: 'gateway',
        },
      },
      statePath: '/etc/altscore/state/altscore.json',
      quarantineDir: '/etc/altscore/state/quarantine',
      logLevel: 'debug',
    });
  });

  it.each([
    [{ distributor_id: 'Sharma' }, 'distributor_id expected dist_ followed by 4 to 32 letters or digits.'],
    [{ distributor_id: undefined }, 'distributor_id is missing; expected dist_ followed by 4 to 32 letters or digits.'],
    [{ erp_type: 'tally' }, 'erp_type expected tally_prime or sap_b1 or csv.'],
    [{ erp: undefined }, 'erp is missing; expected a section of keys.'],
    [{ altscore: 'later' }, 'altscore expected a section of keys.'],
    [{ 'erp.host': 'http://localhost' }, 'erp.host expected a host name or address, without http:// and port.'],
    [{ 'erp.port': '9000' }, 'erp.port expected a port from 1 to 65535.'],
    [{ 'erp.port': 70000 }, 'erp.port expected a port from 1 to 65535.'],
    [{ 'erp.company_name': ' ' }, 'erp.company_name expected the name of the company as the ERP shows it.'],
    [
      { 'erp.company_name': undefined },
      'erp.company_name is missing; expected the name of the company as the ERP shows it.',
    ],
    [{ 'erp.companies': [{ name: 'Sharma' }] }, 'erp.company_name stands beside companies; expected one of the two.'],
    [{ 'erp.companies': [] }, 'erp.companies expected a list of companies.'],
    [
      {
        'erp.companies': [
          { name: 'Old', to: '2025-04-01' },
          { name: 'New', from: '2025-04-01' },
        ],
      },
      'erp.companies.1.from overlaps the company before it; expected the day after that one ends, oldest company first.',
    ],
    [
      {
        'erp.companies': [
          { name: 'Old', to: '2024-03-31' },
          { name: 'New', from: '2025-04-01' },
        ],
      },
      'erp.companies.1.from leaves days to no company; expected the day after the company before it ends.',
    ],
    [
      { 'erp.companies': [{ name: 'Sharma' }, { name: 'Sharma' }] },
      'erp.companies.1.name stands twice; expected each company once, with its guid where two have one name.',
    ],
    [{ 'erp.companies': [{ name: 'Old', to: '31 March' }] }, 'erp.companies.0.to expected a date such as 2026-03-31.'],
    [{ 'erp.time_zone': 'Bharat' }, 'erp.time_zone expected a time zone such as Asia/Kolkata.'],
    [{ 'erp.adjustments': 'maybe' }, 'erp.adjustments expected on or off.'],
    [{ 'erp.earliest_date': '1 April' }, 'erp.earliest_date expected a date such as 2023-04-01.'],
    [
      { 'altscore.api_endpoint': 'http://api.altscore.in/v1/ingest/batch' },
      'altscore.api_endpoint expected an https address that ends in /v1/ingest/batch.',
    ],
    [
      { 'altscore.api_endpoint': 'https://api.altscore.in/' },
      'altscore.api_endpoint expected an https address that ends in /v1/ingest/batch.',
    ],
    [
      { 'altscore.cert_path': undefined },
      'altscore.cert_path is missing; expected the path of a file with the client certificate.',
    ],
    [{ 'sync.max_records_per_batch': 1001 }, 'sync.max_records_per_batch expected a whole number from 1 to 1000.'],
    [{ 'sync.lookback_days': 7.5 }, 'sync.lookback_days expected a whole number of days from 0 to 90.'],
    [{ 'sync.mode': 'everything' }, 'sync.mode expected delta or full_backfill.'],
    [{ schedule: 'at two' }, 'schedule expected five cron fields, such as "0 2 * * *".'],
    [{ 'sync.lookback': 7 }, 'sync.lookback is not a known key; expected one of those in the operator’s handbook.'],
    [{ retries: 3 }, 'retries is not a known key; expected one of those in the operator’s handbook.'],
    [{ gateway: { address: 'https://gateway' } }, 'gateway.address expected host:port.'],
    [
      { gateway: { address: 'gateway.altscore.in:443', tls: 'off' } },
      'gateway.tls is off for another machine; expected TLS for everything but this machine itself.',
    ],
    [
      { gateway: { address: 'localhost:7233', tls: { ca: 'x', verify: false } } },
      'gateway.tls.verify is not a known key; expected one of those in the operator’s handbook.',
    ],
    [
      { gateway: { address: 'localhost:7233', tls: 'no' } },
      'gateway.tls expected off, or the keys ca_path, cert_path, key_path, server_name.',
    ],
  ])('%o is told in one sentence: what, where, what was expected', (changes, sentence) => {
    expect(faultsOf(changed(changes))).toContain(sentence);
  });

  it('takes a list of companies in place of one, and fills in a period from its neighbour', () => {
    const companies = [{ name: 'Old', guid: 'guid-1', to: '2025-03-31' }, { name: 'New' }];
    const { erp } = parse(changed({ 'erp.company_name': undefined, 'erp.companies': companies }));
    expect(erp).toMatchObject({
      companyName: 'New',
      companyGuid: null,
      companies: [
        { name: 'Old', guid: 'guid-1', from: null, to: '2025-03-31' },
        { name: 'New', guid: null, from: '2025-04-01', to: null },
      ],
    });
  });

  const SAP = {
    erp_type: 'sap_b1',
    'erp.port': 50_000,
    'erp.company_name': 'SBO_SHARMA',
    'erp.user_name': 'AltScore_ReadOnly',
    'erp.password_path': 'sap_password',
  };
  it('of a SAP Business One distributor takes what the Service Layer needs, and no password', () => {
    expect(parse(changed(SAP))).toMatchObject({
      erpType: 'sap_b1',
      erp: {
        port: 50_000,
        companyName: 'SBO_SHARMA',
        userName: 'AltScore_ReadOnly',
        passwordPath: '/etc/altscore/sap_password',
        apiVersion: 'auto',
        tls: { caPath: null, fingerprint: null },
        pageSize: 200,
        cashGroups: [],
        excludedPartners: [],
        adjustments: true,
      },
    });
    const more = { 'erp.tls': { ca_path: 'sap-ca.crt' }, 'erp.api_version': 'v1', 'erp.cash_groups': [109] };
    expect(parse(changed({ ...SAP, ...more })).erp).toMatchObject({
      tls: { caPath: '/etc/altscore/sap-ca.crt', fingerprint: null },
      apiVersion: 'v1',
      cashGroups: [109],
    });
    const fingerprint = Array.from({ length: 32 }, () => 'aB').join(':');
    expect(parse(changed({ ...SAP, 'erp.tls': { fingerprint } })).erp).toMatchObject({
      tls: { caPath: null, fingerprint },
    });
  });

  it.each([
    [{ 'erp.user_name': undefined }, 'erp.user_name is missing; expected the name of the service user.'],
    [
      { 'erp.password_path': undefined },
      'erp.password_path is missing; expected the path of a file with the password of the service user.',
    ],
    [
      { 'erp.password': 'hunter2' },
      'erp.password holds a secret itself; expected erp.password_path with the path of a file, never inline.',
    ],
    [
      { 'erp.tls': { fingerprint: 'ab:cd' } },
      'erp.tls.fingerprint expected a SHA-256 fingerprint: 64 hexadecimal digits, with or without colons.',
    ],
    [{ 'erp.tls': 'off' }, 'erp.tls expected ca_path, or fingerprint.'],
    [
      { 'erp.tls': { verify: false } },
      'erp.tls.verify is not a known key; expected one of those in the operator’s handbook.',
    ],
    [{ 'erp.api_version': 'v3' }, 'erp.api_version expected auto or v1 or v2.'],
    [
      { 'erp.reading': 'collection' },
      'erp.reading is not a known key; expected one of those in the operator’s handbook.',
    ],
    [{ 'erp.cash_groups': ['Cash'] }, 'erp.cash_groups.0 expected the code of a group.'],
  ])('for SAP, %o is told in one sentence', (changes, sentence) => {
    expect(faultsOf(changed({ ...SAP, ...changes }))).toContain(sentence);
  });

  it('needs no TLS to a gateway on the same machine', () => {
    expect(parse(changed({ gateway: { address: '127.0.0.1:7233', tls: 'off' } })).gateway?.tls).toBeNull();
  });

  it('tells all faults at once, each with the file’s name', () => {
    const text = changed({ distributor_id: 'x', 'erp.port': 0, colour: 'red' });
    expect(faultsOf(text)).toHaveLength(3);
    expect(() => parse(text)).toThrow(/^\/etc\/altscore\/altscore-connector\.yaml: .*\n\/etc.*\n\/etc/);
  });

  const PEM = '-----BEGIN PRIVATE KEY-----\nMIGHAgEAMBMGByqGSM49\n-----END PRIVATE KEY-----\n';
  it.each([
    [
      'altscore.api_key',
      'ak_live_1234567890',
      'altscore.api_key holds a secret itself; expected altscore.api_key_path with the path of a file, never inline.',
    ],
    [
      'altscore.hmac_secret',
      'c2VjcmV0',
      'altscore.hmac_secret holds a secret itself; expected altscore.hmac_secret_path with the path of a file, never inline.',
    ],
    [
      'erp.password',
      'hunter2',
      'erp.password holds a secret itself; expected erp.password_path with the path of a file, never inline.',
    ],
    [
      'altscore.key_path',
      PEM,
      'altscore.key_path holds a certificate or key itself; expected the path of a file, never inline.',
    ],
  ])('refuses a secret inline at %s, and does not repeat it', (path, secret, sentence) => {
    const faults = faultsOf(changed({ [path]: secret }));
    expect(faults).toEqual([sentence]);
    expect(faults.join()).not.toContain(secret);
  });

  it.each([
    ['not YAML', 'erp: [1, 2\nx: y', /^line \d+: is not YAML \([A-Z_]+\)\.$/],
    ['a key twice', `${PRINTED}distributor_id: dist_other\n`, /^line 18: is not YAML \(DUPLICATE_KEY\)\.$/],
    ['empty', '', /^the file is missing; expected a section of keys\.$/],
    ['a list', '- distributor_id', /^the file expected a section of keys\.$/],
  ])('a file that is %s', (_story, text, sentence) => {
    expect(faultsOf(text)[0]).toMatch(sentence);
  });

  it('stops at a bomb of aliases', () => {
    const bomb = [
      'a: &a [x, x]',
      ...Array.from({ length: 12 }, (_, i) => `b${i}: &b${i} [${Array(9).fill(i ? `*b${i - 1}` : '*a')}]`),
    ];
    expect(faultsOf(bomb.join('\n'))[0]).toBe('has too many aliases; expected a plain YAML file.');
  });

  it('a file that is not there', async () => {
    await expect(loadConnectorSettings('/nowhere/altscore-connector.yaml')).rejects.toThrow(
      '/nowhere/altscore-connector.yaml: cannot be read (ENOENT); expected a YAML file.',
    );
  });
});
