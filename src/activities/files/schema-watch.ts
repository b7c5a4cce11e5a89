import type { DriftPolicy } from '../../canonical/file-ingestion.js';
import type { StreamSchema } from '../../canonical/stream-schema.js';
import { streamIdOf } from '../../ops/file-source-schema.js';
import type { RowFault } from '../../sources/csv/faults.js';
import type { CsvReading } from '../../sources/csv/read.js';
import { ContentRefused } from '../../sources/errors.js';
import { SchemaInference } from '../../sources/files/schema/csv-schema.js';
import { compareSchemas, decide, rowDrift, sentenceOfDrift } from '../../sources/files/schema/drift.js';
import { inferXmlSchema } from '../../sources/files/schema/xml-schema.js';
import type { HeldFile } from '../../store/file-claims.js';
import { acceptedSchema, recordFoundSchema, type StoredSchema } from '../../store/stream-schemas.js';
import type { FileDesk, OpenedSource } from './file-desk.js';

const FORMS = ['invoices', 'payments', 'returns', 'xml'] as const;
type Form = (typeof FORMS)[number];
/** A stream may carry files of several templates, each with columns of its own. */
const schemaKey = (streamId: string, form: Form): string => `${streamId}/${form}`;

/** Compares what a file looks like with what its stream has looked like, as the stream's policy says. */
export class SchemaWatch {
  readonly #found: { form: Form; schema: () => StreamSchema }[] = [];

  private constructor(
    private readonly desk: FileDesk,
    private readonly held: HeldFile,
    private readonly policy: DriftPolicy,
    private readonly accepted: ReadonlyMap<Form, StoredSchema>,
  ) {}

  static async open(desk: FileDesk, { config }: OpenedSource, held: HeldFile): Promise<SchemaWatch> {
    const stream = config.streams.find(({ stream: name }) => streamIdOf(config, name) === held.streamId);
    const accepted = new Map<Form, StoredSchema>();
    for (const form of FORMS) {
      const stored = await acceptedSchema(desk.pool, held.sourceId, schemaKey(held.streamId, form));
      if (stored) accepted.set(form, stored);
    }
    return new SchemaWatch(desk, held, stream?.policy ?? 'evolve', accepted);
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

  /** Keeps what was found. `refusal`: nothing of the file may be committed. */
  async conclude(): Promise<{ version: number | undefined; drift: string | null; refusal: ContentRefused | null }> {
    let version: number | undefined;
    const drifts: string[] = [];
    let refusal: ContentRefused | null = null;
    for (const { form, schema } of this.#found) {
      const before = this.accepted.get(form) ?? null;
      const compared = compareSchemas(before?.schema ?? null, schema());
      if (compared.verdict === 'same') {
        version = before!.version;
        continue;
      }
      const verdict = compared.verdict === 'first' ? 'take' : decide(this.policy, compared);
      const stored = await recordFoundSchema(this.desk.pool, {
        sourceId: this.held.sourceId,
        streamId: schemaKey(this.held.streamId, form),
        schema: compared.next,
        verdict: compared.verdict,
        changes: compared.changes,
        foundIn: this.held.fileId,
        acceptedBy: verdict === 'take' ? `policy ${this.policy}` : null,
      });
      version = verdict === 'take' ? stored.version : before?.version;
      const sentence = compared.verdict === 'first' ? null : sentenceOfDrift(compared);
      if (sentence !== null) drifts.push(sentence);
      if (verdict === 'refuse_file')
        refusal = new ContentRefused(
          'SCHEMA_DRIFT',
          `${sentence ?? 'The columns are not those of before.'} ${TO_ACCEPT}`,
        );
    }
    return { version, drift: drifts.join(' ') || null, refusal };
  }
}

const TO_ACCEPT = 'Expected the columns of before, or that a person accepts these (altscore files accept-schema).';
