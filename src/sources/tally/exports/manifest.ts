import { z } from 'zod';
import { addDays } from '../../../canonical/calendar.js';
import { RECORD_TYPES } from '../../../canonical/records.js';
import { ContentRefused } from '../../errors.js';

/** What an export of ours says of itself; its files hold Tally's own answers, byte for byte. */

export const MANIFEST_NAME = 'manifest.json';

const count = z.int('expected a whole number').min(0, 'expected no negative number');
const day = z.iso.date('expected a day such as 2025-04-01');
const period = z
  .strictObject({ from: day, to: day }, 'expected {"from": …, "to": …}')
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'expected a day not before from' });
const counts = z.record(z.string(), count);
const counters = z.strictObject({ vouchers: count, masters: count });

const ExportedFile = z.strictObject({
  /** From the manifest's own folder. */
  path: z
    .string()
    .regex(/^(?:masters|vouchers)(?:\/[a-z0-9_-]+)+\.xml$/, 'expected a file in masters/ or vouchers/, ending in .xml'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits'),
  bytes: count,
});
export type ExportedFile = z.infer<typeof ExportedFile>;

const MonthSums = z.strictObject({
  /** `2025-04`, or `opening` for what stood open when the books began. */
  month: z.string().regex(/^(?:\d{4}-\d{2}|opening)$/, 'expected a month such as 2025-04, or opening'),
  types: z.strictObject(
    Object.fromEntries(
      RECORD_TYPES.map((type) => [type, z.strictObject({ count, paise: z.int('expected paise') })]),
    ) as Record<(typeof RECORD_TYPES)[number], z.ZodObject<{ count: typeof count; paise: z.ZodInt }>>,
  ),
});
export type MonthSums = z.infer<typeof MonthSums>;

/** What the rules make of documents, counted and added up by month while they were read. */
const Sums = z.strictObject({
  months: z.array(MonthSums),
  vouchers: count,
  /** Records, by quarantine code. */
  quarantined: counts,
  /** Documents that became no record, by reason. */
  ignored: counts,
  /** Documents that are void: cancelled. */
  voids: count,
});
export type Sums = z.infer<typeof Sums>;

/** The masters, or the vouchers of some days. */
export const ExportPart = z.strictObject({
  /** Null of masters. */
  period: period.nullable(),
  files: z.array(ExportedFile).min(1, 'expected at least one file'),
  sums: Sums,
});
export type ExportPart = z.infer<typeof ExportPart>;

export const ExportManifest = z
  .strictObject({
    kind: z.literal('tally-export', 'expected "tally-export"'),
    format: z.literal(1, 'expected 1: a newer format needs a newer version of this program'),
    tool: z.string().max(100),
    made_at: z.iso.datetime('expected a time in UTC'),
    company_guid: z.string().regex(/^[0-9A-Za-z-]{1,100}$/, 'expected the GUID of a company'),
    period,
    /** How Tally was asked, for people. */
    reading: z.string().max(100),
    /** Of Tally, before the first answer and after the last. */
    counters: z.strictObject({ before: counters, after: counters }),
    masters: ExportPart,
    vouchers: z.array(ExportPart).min(1, 'expected the vouchers of at least one month'),
    /** Of all parts. */
    sums: Sums,
  })
  .superRefine(({ vouchers, period: whole, masters }, check) => {
    const fault = (message: string, ...path: (string | number)[]) => check.addIssue({ code: 'custom', path, message });
    let next = whole.from;
    for (const [index, part] of vouchers.entries()) {
      if (part.period === null) return fault('expected the days of its vouchers', 'vouchers', index, 'period');
      if (part.period.from !== next)
        return fault(`expected the vouchers from ${next} on: each month, in order`, 'vouchers', index, 'period');
      next = addDays(part.period.to, 1);
    }
    if (next !== addDays(whole.to, 1))
      return fault(`expected the vouchers from ${next} to ${whole.to} as well`, 'vouchers');
    const paths = [masters, ...vouchers].flatMap(({ files }) => files.map(({ path }) => path));
    if (new Set(paths).size !== paths.length) fault('expected each file once', 'vouchers');
  });
export type ExportManifest = z.infer<typeof ExportManifest>;

/** Nobody worked in Tally from the first answer to the last. */
export const stoodStill = ({ counters: { before, after } }: ExportManifest): boolean =>
  before.vouchers === after.vouchers && before.masters === after.masters;

/** A manifest is small however long the books are: some 200 bytes a file. */
const MAX_MANIFEST_BYTES = 16 * 1024 ** 2;

/** Throws ContentRefused, one sentence, for what is no manifest of a whole and consistent export. */
export async function readManifest(bytes: AsyncIterable<Uint8Array>): Promise<ExportManifest> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length > MAX_MANIFEST_BYTES) throw refused('The manifest is larger than 16 MiB: expected one of an export.');
  }
  return parseManifest(Buffer.concat(chunks).toString('utf8'));
}

function parseManifest(text: string): ExportManifest {
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch {
    throw refused('The manifest is no JSON, or not all of it: expected that of an export.');
  }
  const { success, data, error } = ExportManifest.safeParse(given);
  if (!success) {
    const [issue] = error.issues;
    throw refused(`The manifest is wrong at ${issue!.path.join('.') || 'its top'}: ${issue!.message}.`);
  }
  if (!stoodStill(data)) {
    throw new ContentRefused(
      'EXPORT_INCONSISTENT',
      'The books changed while they were exported: expected an export of a Tally in which nobody works.',
    );
  }
  return data;
}

const refused = (message: string): ContentRefused => new ContentRefused('MANIFEST_REFUSED', message);
