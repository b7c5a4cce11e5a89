import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DateTime } from 'luxon';
import { BatchId, SyncId } from '../canonical/contract.js';
import { hashValue } from '../canonical/digest.js';
import type { QuarantineEntry } from '../canonical/quarantine-entry.js';
import type { QuarantinedDraft } from '../canonical/rules.js';

/**
 * The local quarantine log (specification §8): `quarantine_{batch_id}.jsonl`, one JSON object a line. Beside the state
 * file it is all that a connector writes to disk. Bad values stand in it only as hashes keyed with the distributor's
 * digest key.
 */
export class QuarantineLog {
  readonly #folder: string;
  readonly #digestKey: Buffer;

  constructor(folder: string, digestKey: Buffer) {
    this.#folder = folder;
    this.#digestKey = digestKey;
  }

  /**
   * Appends what was quarantined in a window; nothing is written for none.
   *
   * @param id the id of the window's first batch, or of the window itself (`syn_…`) where it has no batch
   * @returns the file's path, or null where there was nothing to write
   */
  async append(id: string, quarantined: QuarantinedDraft[]): Promise<string | null> {
    if (quarantined.length === 0) return null;
    if (!BatchId.or(SyncId).safeParse(id).success) {
      throw new TypeError('A quarantine log was asked for under a name that is no id; expected bat_… or syn_….');
    }
    const quarantinedAt = DateTime.utc().startOf('second').toISO({ suppressMilliseconds: true });
    const lines = quarantined.map((draft) => {
      const entry: QuarantineEntry = {
        record_type: draft.recordType,
        original_id: draft.originalId,
        error_code: draft.code,
        field: draft.field,
        value_hash: hashValue(draft.value, this.#digestKey),
        quarantined_at: quarantinedAt,
      };
      return `${JSON.stringify(entry)}\n`;
    });
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const path = join(this.#folder, `quarantine_${id}.jsonl`);
    await appendFile(path, lines.join(''), { mode: 0o600 });
    return path;
  }
}
