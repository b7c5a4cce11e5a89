import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startTallySimulator, type TallySimulator } from '../../../../src/simulators/tally/index.js';
import { Folder } from '../../../../src/sources/files/folder.js';
import type { Period } from '../../../../src/sources/source.js';
import { ExportFolder } from '../../../../src/sources/tally/exports/export-folder.js';
import { exportPartsOf, TallyExporter } from '../../../../src/sources/tally/exports/exporter.js';
import { type ExportManifest, readManifest } from '../../../../src/sources/tally/exports/manifest.js';
import { readExport } from '../../../../src/sources/tally/exports/read-export.js';
import { TallySettings, type TallySettingsInput } from '../../../../src/sources/tally/settings.js';
import { createTallySource } from '../../../../src/sources/tally/tally-source.js';
import { forIngestion, fromFiles, overHttp, RULES, TODAY, tallyAt } from './documents.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'exporter-'));
});
afterAll(() => rm(root, { recursive: true }));

let exports = 0;
/** An export in a folder of its own, and the Tally it is of. */
class Exporting {
  readonly name = `export-${++exports}`;
  readonly folder = new ExportFolder(new Folder(root), this.name);
  readonly source;
  period!: Period;
  constructor(
    private readonly simulator: TallySimulator,
    private readonly settings: Partial<TallySettingsInput> = {},
  ) {
    this.source = createTallySource(tallyAt(simulator, settings));
  }

  /** As another process would, that knows nothing of an earlier attempt. */
  async run(): Promise<ExportManifest> {
    const before = await this.source.probe();
    const settings = tallyAt(this.simulator, { ...this.settings, companyGuid: before.company.id });
    const exporter = new TallyExporter(TallySettings.parse(settings), this.folder, {
      rules: RULES,
      ...forIngestion(),
    });
    const { signal } = new AbortController();
    this.period = { from: before.company.booksFrom, to: '2027-05-18' };
    const masters = await exporter.exportMasters(signal);
    const vouchers = [];
    for (const part of exportPartsOf(this.period, TODAY))
      vouchers.push(await exporter.exportVouchers(part, masters, signal));
    const after = await this.source.probe();
    const made = { tool: 'test', at: '2026-05-18T10:00:00.000Z' };
    return await exporter.finish({ period: this.period, masters, vouchers }, { before, after }, made);
  }

  path(name: string): string {
    return join(root, this.name, name);
  }

  async manifest(): Promise<ExportManifest> {
    return await readManifest((await this.folder.files())('manifest.json')!());
  }

  async read() {
    return await fromFiles(await readExport(await this.manifest(), await this.folder.files(), forIngestion()));
  }
}

describe.each<[string, Partial<TallySettingsInput>]>([
  ['as collections', {}],
  ['in UTF-16', { encoding: 'utf-16le' }],
  ['as the Voucher Register', { reading: 'voucher_register' }],
])('a Tally that is exported %s', (_how, settings) => {
  let simulator: TallySimulator;
  beforeAll(async () => {
    simulator = await startTallySimulator({
      seed: 7,
      months: 8,
      vouchers: 400,
      today: TODAY,
      billDatesInReports: true,
    });
    simulator.dayOfTrade({ sales: 4, receipts: 4, edits: 6, cancels: 3 });
  });
  afterAll(() => simulator.close());

  it('becomes the documents that are read over HTTP, and its manifest says what they add up to', async () => {
    const exporting = new Exporting(simulator, settings);
    const manifest = await exporting.run();
    expect(await exporting.read()).toEqual(await overHttp(exporting.source));
    expect(manifest.company_guid).toBe(simulator.book.company.guid);
    const { byType, ignored, quarantined, voids } = simulator.totals();
    expect(manifest.sums).toMatchObject({ ignored, quarantined, voids: voids.cancelled });
    // What took a payment back, and the payment, are in the books as well.
    const sumOf = (type: 'invoice' | 'return') =>
      manifest.sums.months.reduce(
        (sum, { types }) => ({ count: sum.count + types[type].count, paise: sum.paise + types[type].paise }),
        { count: 0, paise: 0 },
      );
    expect(sumOf('invoice')).toEqual({ count: byType.invoices.count, paise: byType.invoices.paise });
    expect(sumOf('return')).toEqual({ count: byType.returns.count, paise: byType.returns.paise });
  });
});

/** Questions for vouchers before one for those of the second month. */
const IN_MAY = 7;

describe('a Tally that is exported', () => {
  let simulator: TallySimulator;
  beforeEach(async () => {
    simulator = await startTallySimulator({ seed: 3, months: 1, vouchers: 120, today: TODAY });
  });
  afterEach(() => simulator.close());
  const voucherRequests = () => simulator.requests.filter(({ kind }) => kind === 'voucher').length;

  it('keeps the answer of the form that this build answers rightly', async () => {
    simulator.setFault({ kind: 'curated_bills_blank' });
    const exporting = new Exporting(simulator);
    await exporting.run();
    expect(await exporting.read()).toEqual(await overHttp(exporting.source));
  });

  it.each(['cut', 'fewer_vouchers', 'refuse'] as const)(
    'and strikes with %s in the middle of a month leaves nothing of it, and goes on where it was',
    async (kind) => {
      const exporting = new Exporting(simulator);
      simulator.setFault({ kind, on: ['voucher'], after: IN_MAY, times: 1 });
      await expect(exporting.run()).rejects.toMatchObject({
        name: expect.stringMatching(/^(IncompleteAnswer|SourceUnavailable)$/),
      });
      simulator.clearFaults();
      const files = await readdir(exporting.path('vouchers'));
      expect(files).toContain('2026-04-01_2026-04-30.json');
      expect(files.filter((name) => name > '2026-05')).toEqual([]);
      await expect(exporting.manifest()).rejects.toThrow();
      simulator.requests.length = 0;
      await exporting.run();
      // What was whole is not asked for again.
      expect(simulator.requests.some(({ body }) => body.includes('202605'))).toBe(true);
      expect(simulator.requests.some(({ body }) => body.includes('202604'))).toBe(false);
      expect(await exporting.read()).toEqual(await overHttp(exporting.source));
    },
  );

  it('asks for nothing again but what is not there as it was written', async () => {
    const exporting = new Exporting(simulator);
    const { vouchers } = await exporting.run();
    const damaged = vouchers[1]!.files[0]!.path;
    const whole = await readFile(exporting.path(damaged));
    await writeFile(exporting.path(damaged), Buffer.concat([whole.subarray(0, -2), Buffer.from('  ')]));
    await expect(exporting.read()).rejects.toMatchObject({ code: 'CHECKSUM_DIFFERS' });
    const asked = voucherRequests();
    await exporting.run();
    expect(voucherRequests() - asked).toBeGreaterThan(0);
    expect(voucherRequests() - asked).toBeLessThan(asked);
    expect(await exporting.read()).toEqual(await overHttp(exporting.source));
  });

  it('while somebody works in it is refused when it is read', async () => {
    const exporting = new Exporting(simulator);
    simulator.setFault({ kind: 'voucher_added', on: ['voucher'], after: IN_MAY, times: 1 });
    await exporting.run();
    await expect(exporting.read()).rejects.toMatchObject({
      code: 'EXPORT_INCONSISTENT',
      message: expect.stringMatching(/^[A-Z][^\n]*expected [^\n]*\.$/),
    });
  });

  describe('is refused when it is read', () => {
    let exporting: Exporting;
    beforeEach(async () => {
      exporting = new Exporting(simulator);
      await exporting.run();
    });
    const change = async (edit: (manifest: ExportManifest) => void) => {
      const manifest = JSON.parse(await readFile(exporting.path('manifest.json'), 'utf8'));
      edit(manifest);
      await writeFile(exporting.path('manifest.json'), JSON.stringify(manifest));
    };
    const refused = async (code: string) =>
      expect(exporting.read()).rejects.toMatchObject({
        name: 'ContentRefused',
        code,
        message: expect.stringMatching(/^[A-Z][^\n]*expected [^\n]*\.$/),
      });

    it('where its manifest lacks a month, or the last ones', async () => {
      await change(({ vouchers }) => vouchers.splice(1, 1));
      await refused('MANIFEST_REFUSED');
      await change(({ vouchers, period }) => {
        period.from = vouchers[1]!.period!.from;
        vouchers.splice(0, 1);
        vouchers.pop();
      });
      await refused('MANIFEST_REFUSED');
    });

    it('where its manifest names a file twice, or one outside its folder', async () => {
      await change(({ vouchers }) => vouchers[0]!.files.push(vouchers[0]!.files[0]!));
      await refused('MANIFEST_REFUSED');
      await change(({ vouchers }) => {
        vouchers[0]!.files.pop();
        vouchers[0]!.files[0]!.path = 'vouchers/../../secrets.xml';
      });
      await refused('MANIFEST_REFUSED');
    });

    it('where its manifest is cut short, or of a newer format', async () => {
      const whole = await readFile(exporting.path('manifest.json'));
      await writeFile(exporting.path('manifest.json'), whole.subarray(0, whole.length - 9));
      await refused('MANIFEST_REFUSED');
      await writeFile(exporting.path('manifest.json'), whole.toString().replace('"format": 1', '"format": 2'));
      await refused('MANIFEST_REFUSED');
    });

    it('where a file is missing, cut short, or of another checksum', async () => {
      const { vouchers, masters } = await exporting.manifest();
      const [first, second] = vouchers.flatMap(({ files }) => files);
      const path = exporting.path(first!.path);
      const whole = await readFile(path);
      await writeFile(path, whole.subarray(0, -20));
      await expect(exporting.read()).rejects.toMatchObject({
        code: expect.stringMatching(/^(CHECKSUM_DIFFERS|TRUNCATED)$/),
      });
      await writeFile(path, Buffer.concat([whole.subarray(0, -2), Buffer.from('\n\n')]));
      await refused('CHECKSUM_DIFFERS');
      await rm(path);
      await refused('EXPORT_INCOMPLETE');
      await writeFile(path, whole);
      await rm(exporting.path(second!.path));
      await refused('EXPORT_INCOMPLETE');
      expect(masters.files.map((file) => file.path)).toContain('masters/ledgers.xml');
    });
  });
});
