import type { DriftPolicy } from '../../canonical/file-ingestion.js';
import type { StreamSchema } from '../../canonical/stream-schema.js';
import { streamIdOf } from '../../ops/file-source-schema.js';
import type { RowFault } from '../../sources/csv/faults.js';
import type { CsvReading } from '../../sources/csv/read.js';
import { ContentRefused } from '../../sources/errors.js';
import { SchemaInference } from '../../sources/files/schema/csv-schema.js';
import {
  compareSchemas,
  decide,
  rowDrift,
  type SchemaComparison,
  sentenceOfDrift,
} from '../../sources/files/schema/drift.js';
import { inferXmlSchema } from '../../sources/files/schema/xml-schema.js';
import type { HeldFile } from '../../store/file-claims.js';
import { acceptedSchema, recordFoundSchema, type StoredSchema } from '../../store/stream-schemas.js';
import type { FileDesk, OpenedSource } from './file-desk.js';

const FORMS = ['invoices', 'payments', 'returns', 'xml'] as const;
type Form = (typeof FORMS)[number];
/** A stream may carry files of several templates, each with columns of its own. */
const schemaKey = (streamId: string, form: Form): string => `${streamId}/${form}`;

type WatchedStream = Pick<HeldFile, 'sourceId' | 'streamId'>;

/** Compares what a file looks like with what its stream has looked like, as the stream's policy says. */
export class SchemaWatch {
  readonly #found: { form: Form; schema: () => StreamSchema }[] = [];

  private constructor(
    private readonly desk: FileDesk,
    private readonly stream: WatchedStream,
    private readonly policy: DriftPolicy,
    private readonly accepted: ReadonlyMap<Form, StoredSchema>,
  ) {}

  static async open(desk: FileDesk, { config }: OpenedSource, watched: WatchedStream): Promise<SchemaWatch> {
    const stream = config.streams.find(({ stream: name }) => streamIdOf(config, name) === watched.streamId);
    const accepted = new Map<Form, StoredSchema>();
    for (const form of FORMS) {
      const stored = await acceptedSchema(desk.pool, watched.sourceId, schemaKey(watched.streamId, form));
      if (stored) accepted.set(form, stored);
    }
    return new SchemaWatch(desk, watched, stream?.policy ?? 'evolve', accepted);
  }

  ofCsv(): NonNullable<CsvReading['watch']> {
    let inference: SchemaInference | null = null;
    let refusesRows: StreamSchema | null = null;
    return {
      begin: (header) => {
        const made = new SchemaInference(header);
        inference = made;
        const form = header.template.name;
        if (this.policy === 'quarantine_rows') refusesRows = this.accepted.get(form)?.schema ?? null;
        this.#found.push({ form, schema: () => made.schema() });
      },
      examine: (rows) => {
        inference?.take(rows);
        if (refusesRows === null) return [];
        const faults: RowFault[] = [];
        for (const row of rows) {
          const drift = rowDrift(row, refusesRows);
          if (drift !== null) faults.push({ line: row.line, ...drift });
        }
        return faults;
      },
    };
  }

  async ofXml(bytes: AsyncIterable<Uint8Array>): Promise<void> {
    const schema = await inferXmlSchema(bytes);
    this.#found.push({ form: 'xml', schema: () => schema });
  }

  /** What the file shows that its stream had not; keeps nothing. `refusal`: nothing of the file may be committed. */
  compare(): Drift {
    return driftOf(this.#compared());
  }

  /** Keeps what was found, so that the stream's next file is compared with it. */
  async conclude(foundIn: number): Promise<Drift & { version: number | undefined }> {
    const { sourceId, streamId } = this.stream;
    const compared = this.#compared();
    let version: number | undefined;
    for (const { form, before, verdict, comparison } of compared) {
      version = before?.version;
      if (comparison.verdict === 'same') continue;
      const stored = await recordFoundSchema(this.desk.pool, {
        sourceId,
        streamId: schemaKey(streamId, form),
        schema: comparison.next,
        verdict: comparison.verdict,
        changes: comparison.changes,
        foundIn,
        acceptedBy: verdict === 'take' ? `policy ${this.policy}` : null,
      });
      if (verdict === 'take') version = stored.version;
    }
    return { version, ...driftOf(compared) };
  }

  #compared(): Compared[] {
    return this.#found.map(({ form, schema }) => {
      const before = this.accepted.get(form) ?? null;
      const comparison = compareSchemas(before?.schema ?? null, schema());
      const isNews = comparison.verdict !== 'first' && comparison.verdict !== 'same';
      return { form, before, comparison, verdict: isNews ? decide(this.policy, comparison) : 'take' };
    });
  }
}

interface Compared {
  form: Form;
  before: StoredSchema | null;
  comparison: SchemaComparison;
  verdict: ReturnType<typeof decide>;
}

export interface Drift {
  /** A sentence; null where there is no news. */
  drift: string | null;
  refusal: ContentRefused | null;
}

function driftOf(compared: Compared[]): Drift {
  const drifts: string[] = [];
  let refusal: ContentRefused | null = null;
  for (const { comparison, verdict } of compared) {
    const sentence = comparison.verdict === 'first' ? null : sentenceOfDrift(comparison);
    if (sentence !== null) drifts.push(sentence);
    if (verdict === 'refuse_file')
      refusal = new ContentRefused(
        'SCHEMA_DRIFT',
        `${sentence ?? 'The columns are not those of before.'} ${TO_ACCEPT}`,
      );
  }
  return { drift: drifts.join(' ') || null, refusal };
}

const TO_ACCEPT = 'Expected the columns of before, or that a person accepts these (altscore files accept-schema).';
