import { z } from 'zod';
import { DistributorId } from '../canonical/contract.js';
import { DRIFT_POLICIES, SourceId } from '../canonical/file-ingestion.js';
import { GSTIN_FORMS } from '../canonical/gstin.js';
import { FileSourceSettings } from './file-places.js';
import { expected, hostName, oneOf, port, section, text } from './schema-parts.js';

const Stream = z.strictObject({
  /** What the files are: `tally.vouchers_xml`, `csv.invoices`. With the kind of place it is the stream's id. */
  stream: z
    .string(expected('the name of a stream'))
    .regex(/^[a-z0-9_]+(\.[a-z0-9_]+){0,3}$/, 'expected small letters, digits, _ and dots, such as tally.vouchers_xml'),
  pattern: z.string(expected('a pattern of paths')).min(1).max(300),
  /** What to do when the columns of a file are not those of the files before. */
  policy: z.enum(DRIFT_POLICIES, expected(DRIFT_POLICIES.join(', '))).default('evolve'),
});

const UPLOADS = 'upload-';
/** The source that a distributor's uploads are. */
export const uploadSourceId = (distributorId: string): string => `${UPLOADS}${distributorId.replace(/^dist_/, '')}`;

/** The Tally that `tallyExport` exports into this place: one of its own, restored from a backup. */
const RestoredTally = section({
  host: hostName(),
  port: port().default(9_000),
  company_name: text('the name of the company as Tally shows it'),
  /** Files of any other company are refused. */
  company_guid: text('the GUID of the company').optional(),
  reading: oneOf(['auto', 'collection', 'voucher_register']).default('auto'),
  encoding: oneOf(['utf-8', 'utf-16le']).default('utf-8'),
  /** Nothing dated before this day is asked for. */
  earliest_date: z.iso.date(expected('a day such as 2025-04-01')).optional(),
});

/** A source of files, as Ops writes it down for `altscore files add`. Streams are read in the order they stand in. */
export const FileSourceConfig = z
  .strictObject(
    {
      source_id: SourceId,
      /** The distributor whose files they are: the tenant. */
      distributor_id: DistributorId,
      connector_id: SourceId.optional(),
      place: FileSourceSettings,
      streams: z.array(Stream, expected('a list of streams')).min(1, 'expected a list of streams').max(50),
      /** A file that was written to more recently is left for the next run; of no use where files appear whole. */
      min_age_seconds: z.int(expected('whole seconds')).min(0).max(86_400).default(60),
      every_minutes: z.int(expected('whole minutes')).min(1).max(1_440).default(5),
      /** What becomes of a file that was ingested. */
      after: z.enum(['keep', 'move', 'delete'], expected('keep, move or delete')).default('keep'),
      /** After this time a kept or moved file is deleted at its place. */
      retention_days: z.int(expected('whole days')).min(1).max(3_650).default(90),
      /** Whether the distributor finds what was refused in `failed/`. */
      report_failures: z.boolean(expected('true or false')).default(false),
      tally: RestoredTally.optional(),
      rules: z
        .strictObject({
          max_invoice_inr: z.number().positive().optional(),
          gstin_forms: z.enum(GSTIN_FORMS).default('ordinary'),
          default_credit_days: z.int().min(0).max(180).optional(),
          adjustments: z.enum(['on', 'off']).default('on'),
          /** The distributor's own number, which stands for no retailer. */
          own_phone: z.string().min(4).max(30).optional(),
          /** Ledgers of Tally that never become a record's party. */
          excluded_ledgers: z.array(z.string().trim().min(1)).default([]),
          /** The first day of the books, which exports from the menus of Tally do not say. */
          books_from: z.iso.date(expected('a day such as 2025-04-01')).optional(),
        })
        .prefault({}),
    },
    expected('a section of keys'),
  )
  .superRefine(({ source_id, distributor_id, place, after, report_failures, streams }, check) => {
    const refuse = (path: string, message: string): void => check.addIssue({ code: 'custom', path: [path], message });
    const isOfUploads = source_id.startsWith(UPLOADS);
    if (isOfUploads !== (place.kind === 'upload') || (isOfUploads && source_id !== uploadSourceId(distributor_id)))
      refuse(
        'source_id',
        `expected ${uploadSourceId(distributor_id)} for the uploads of the distributor, and for nothing else`,
      );
    if (place.kind === 'upload' && after !== 'keep') refuse('after', 'expected keep: uploads lie in the store');
    if (place.kind === 'upload' && report_failures) refuse('report_failures', 'expected false: the preview tells');
    streams.forEach(({ stream }, index) => {
      if (streams.findIndex((other) => other.stream === stream) < index)
        check.addIssue({
          code: 'custom',
          path: ['streams', index, 'stream'],
          message: 'stands twice; expected each name once',
        });
    });
  });
export type FileSourceConfig = z.infer<typeof FileSourceConfig>;

/** `file.s3.tally.vouchers_xml` (seed 002). */
export const streamIdOf = (config: Pick<FileSourceConfig, 'place'>, stream: string): string =>
  `file.${config.place.kind}.${stream}`;

/** As it is until Ops registers it with settings of its own. */
export const uploadSource = (distributorId: string): FileSourceConfig =>
  FileSourceConfig.parse({
    source_id: uploadSourceId(distributorId),
    distributor_id: distributorId,
    place: { kind: 'upload' },
    streams: [
      { stream: 'csv.invoices', pattern: 'invoices/**' },
      { stream: 'csv.payments', pattern: 'payments/**' },
      { stream: 'csv.returns', pattern: 'returns/**' },
      { stream: 'tally.xml', pattern: 'xml/**' },
    ],
    min_age_seconds: 0,
    // Each is taken when it is committed; the clock only makes up for what was accepted later.
    every_minutes: 60,
  });
