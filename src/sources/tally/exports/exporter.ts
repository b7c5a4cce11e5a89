import type { RuleSettings } from '../../../canonical/rules.js';
import { IncompleteAnswer } from '../../errors.js';
import { monthsOf } from '../../periods.js';
import type { Period, Probe } from '../../source.js';
import { OpenTally } from '../open-tally.js';
import { groupRequest, ledgerRequest, voucherTypeRequest } from '../requests.js';
import type { TallySettings } from '../settings.js';
import { VoucherReader } from '../voucher-reader.js';
import type { AnswerFile } from './answer-file.js';
import { type ExportFolder, partPath } from './export-folder.js';
import { ExportedBooks, type ExportSettings } from './exported-books.js';
import { type ExportedFile, type ExportManifest, type ExportPart, MANIFEST_NAME } from './manifest.js';
import { checkedFile } from './read-export.js';
import { addedUp, Summing } from './sums.js';

/** What makes documents of vouchers, to add them up. */
export interface ExportRules {
  rules: RuleSettings;
  drafting: ExportSettings['drafting'];
  ownPhones: readonly string[];
}

/**
 * Drives a Tally over HTTP into files that hold its answers as they came: the same requests, self-test and census as where
 * `TallySource` reads it. A part (the masters, or the vouchers of some days) that is in the folder with the right bytes is not
 * asked for again. Memory is that of the masters and of one answer's vouchers.
 *
 * Throws what a Tally source throws, ContentRefused, and what the place throws; then nothing of the answer is in the folder.
 */
export class TallyExporter {
  readonly #tally: OpenTally;
  readonly #vouchers: VoucherReader;
  #masters: ExportedBooks | null = null;

  constructor(
    private readonly settings: TallySettings,
    private readonly folder: ExportFolder,
    private readonly given: ExportRules,
  ) {
    this.#tally = new OpenTally(settings);
    this.#vouchers = new VoucherReader(this.#tally, settings);
  }

  async exportMasters(signal: AbortSignal): Promise<ExportPart> {
    const stored = await this.folder.wholePart(partPath(null));
    if (stored) return stored;
    const { companyName } = this.settings;
    let found = 0;
    const take = (): void => {
      found += 1;
    };
    const files = [
      await this.#intoFile('company', ({ tap }) => this.#tally.askCompany(signal, tap)),
      await this.#intoFile('groups', ({ tap }) =>
        this.#tally.ask(groupRequest(companyName), { group: take }, signal, tap),
      ),
      await this.#intoFile('voucher_types', ({ tap }) =>
        this.#tally.ask(voucherTypeRequest(companyName), { voucherType: take }, signal, tap),
      ),
      await this.#intoFile('ledgers', ({ tap }) =>
        this.#tally.ask(ledgerRequest(companyName), { ledger: take }, signal, tap),
      ),
    ];
    // A wrong company answers with success and nothing.
    if (found === 0) throw new IncompleteAnswer('Tally answered with no masters: expected those every company has.');
    const summing = new Summing(this.given.rules);
    this.#masters = await this.#booksOf(files);
    for await (const piece of this.#masters.documents()) for (const { draft } of piece) summing.add(draft);
    return await this.#finished(partPath(null), { period: null, files, sums: summing.sums(0) });
  }

  /** @param masters as `exportMasters` answered them */
  async exportVouchers(period: Period, masters: ExportPart, signal: AbortSignal): Promise<ExportPart> {
    const path = partPath(period);
    const stored = await this.folder.wholePart(path);
    if (stored) return stored;
    this.#masters ??= await this.#booksOf(masters.files);
    const summing = new Summing(this.given.rules);
    const files: ExportedFile[] = [];
    const begun: AnswerFile[] = [];
    let count = 0;
    try {
      const spans = this.#vouchers.readSpans(period, signal, (span) => {
        begun.push(this.folder.answerFile(`vouchers/${span.from}_${span.to}.xml`));
        return begun.at(-1)!.tap;
      });
      for await (const { vouchers } of spans) {
        for (const voucher of vouchers) summing.add(this.#masters.understand(voucher));
        count += vouchers.length;
        files.push(await begun.at(-1)!.keep());
      }
      signal.throwIfAborted();
    } finally {
      await begun.at(-1)?.giveUp();
    }
    return await this.#finished(path, { period, files, sums: summing.sums(count) });
  }

  /**
   * Writes the manifest, last of all: an export without is none.
   *
   * @param before what Tally was before anything was exported
   * @param after and is now
   */
  async finish(
    parts: Pick<ExportManifest, 'period' | 'masters' | 'vouchers'>,
    { before, after }: { before: Probe; after: Probe },
    { tool, at }: { tool: string; at: string },
  ): Promise<ExportManifest> {
    const counters = ({ vouchers = 0, masters = 0 }: Probe['counters']) => ({ vouchers, masters });
    const manifest: ExportManifest = {
      kind: 'tally-export',
      format: 1,
      tool,
      made_at: at,
      company_guid: before.company.id,
      reading: after.reading,
      counters: { before: counters(before.counters), after: counters(after.counters) },
      ...parts,
      sums: addedUp([parts.masters, ...parts.vouchers]),
    };
    await this.folder.put(MANIFEST_NAME, manifest);
    return manifest;
  }

  async #intoFile(name: string, ask: (file: AnswerFile) => Promise<unknown>): Promise<ExportedFile> {
    const file = this.folder.answerFile(`masters/${name}.xml`);
    try {
      await ask(file);
      return await file.keep();
    } finally {
      await file.giveUp();
    }
  }

  async #booksOf(files: readonly ExportedFile[]): Promise<ExportedBooks> {
    const open = await this.folder.files();
    const { rules, drafting, ownPhones } = this.given;
    return await ExportedBooks.open(
      { data: files.map((file) => checkedFile(file, open)), masters: null },
      {
        today: rules.today,
        digestKey: rules.digestKey,
        drafting,
        ownPhones,
        excludedLedgers: this.settings.excludedLedgers,
        companyGuid: this.settings.companyGuid,
        masters: 'complete',
        identity: 'required',
      },
    );
  }

  async #finished(path: string, part: ExportPart): Promise<ExportPart> {
    await this.folder.put(path, part);
    return part;
  }
}

/** The days of an export by parts: month by month, and what is dated ahead of today's month together. */
export function exportPartsOf({ from, to }: Period, today: string): Period[] {
  const months = monthsOf(from, to);
  const present = months.findIndex((month) => month.to >= today);
  const ahead = present < 0 ? [] : months.slice(present + 1);
  return ahead.length === 0 ? months : [...months.slice(0, present + 1), { from: ahead[0]!.from, to }];
}
