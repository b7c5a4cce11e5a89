import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JobReport } from '../../src/canonical/bridge.js';
import { writeBridgeFolder } from '../../src/client/bridge-folder.js';
import { exchangesText, reportCsv, reportText } from '../../src/client/bridge-text.js';
import { loadBridgeSecrets, loadBridgeSettings } from '../../src/ops/bridge-settings.js';
import { bridgeSubject, createCa, openAuthority } from '../../src/ops/certificates.js';

describe('the folder of a bridge', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'bridge-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('holds what the bridge reads, for its owner alone; new credentials leave its YAML as it is', async () => {
    const authority = await openAuthority(await createCa());
    const issue = async () => {
      const { certificatePem, keyPem } = await authority.issueClient(bridgeSubject('sharma-main'));
      return {
        company_id: 'sharma-main',
        api_endpoint: 'https://api.altscore.in:8443',
        certificate_expires_at: '2026-08-01T00:00:00.000Z',
        files: {
          'client.crt': certificatePem,
          'client.key': keyPem,
          'altscore-ca.crt': authority.certificatePem,
          altscore_api_key: 'ak_some-key',
        },
      };
    };
    const first = await issue();
    const written = await writeBridgeFolder(folder, first);
    expect(written.sort()).toEqual((await readdir(folder)).sort());
    for (const name of written) expect((await stat(join(folder, name))).mode & 0o777).toBe(0o600);
    const settings = await loadBridgeSettings(join(folder, 'altscore-bridge.yaml'));
    expect(settings).toMatchObject({
      company: { companyId: 'sharma-main' },
      altscore: { apiEndpoint: first.api_endpoint },
    });
    expect(await loadBridgeSecrets(settings)).toMatchObject({ apiKey: 'ak_some-key' });

    await writeFile(join(folder, 'altscore-bridge.yaml'), 'company_id: mended');
    const second = await issue();
    expect(await writeBridgeFolder(folder, second)).not.toContain('altscore-bridge.yaml');
    expect(await readFile(join(folder, 'altscore-bridge.yaml'), 'utf8')).toBe('company_id: mended');
    expect(await readFile(join(folder, 'client.key'), 'utf8')).toBe(second.files['client.key']);
  });
});

const report: JobReport = {
  job: {
    job_id: 'job_0123456789abcdef',
    company_id: 'sharma-main',
    by: 'Asha',
    faulty: 'refuse_rows',
    create_ledgers: false,
    created_at: '2026-05-14T10:00:00.000Z',
    settled_at: null,
    counts: { pending: 1, sending: 0, created: 0, already_there: 0, refused: 1, unknown: 0, skipped: 0 },
  },
  rows: [
    {
      row: 1,
      kind: 'sales',
      number: '=HYPERLINK("http://evil")',
      date: '2026-05-14',
      state: 'refused',
      code: 'MASTER_MISSING',
      message: 'There is no\u001b[2J ledger "…".',
      attempts: 0,
      tally_number: null,
      tally_master_id: null,
    },
    {
      row: 2,
      kind: 'purchase',
      number: '-7',
      date: '2026-05-14',
      state: 'pending',
      code: null,
      message: null,
      attempts: 0,
      tally_number: null,
      tally_master_id: null,
    },
  ],
};

describe('a report', () => {
  it('is CSV in which nothing is a formula', () => {
    const [header, first, second] = reportCsv(report).split('\n');
    expect(header).toBe('row,kind,number,date,state,code,message,attempts,tally_number,tally_master_id');
    expect(first).toContain(`"'=HYPERLINK(""http://evil"")"`);
    expect(second).toBe("2,purchase,'-7,2026-05-14,pending,,,0,,");
  });

  it('is text that says of each row that is not well what to do, and moves no cursor', () => {
    const text = reportText(report);
    expect(text.split('\n')).toEqual([
      'job_0123456789abcdef: 1 pending, 1 refused; not at its end',
      '',
      expect.stringMatching(/^row {2}kind +number +date +state +code +in Tally$/),
      expect.stringContaining('MASTER_MISSING'),
      expect.stringContaining('pending'),
      '',
      'row 1: There is no[2J ledger "…".',
    ]);
  });
});

describe('exchanges with Tally', () => {
  it('are shown with when, what for, and what was answered', () => {
    const exchange = {
      job_id: 'job_0123456789abcdef',
      row: 7,
      attempt: 2,
      purpose: 'send' as const,
      request: '<A>\n</A>',
      answer: null,
      note: 'No answer came.',
      at: '2026-05-14T10:00:00.000Z',
      took_ms: 120_000,
    };
    expect(exchangesText([exchange])).toBe(
      [
        '2026-05-14T10:00:00.000Z  send  job_0123456789abcdef row 7 attempt 2, 120000 ms',
        '  No answer came.',
        '  --- asked',
        '<A>\n</A>',
        '  --- answered',
        '(nothing)',
        '',
      ].join('\n'),
    );
  });
});
