import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { z } from 'zod';

/** `.altscore_state.json`, its six keys as the specification §7 prints them. No secrets, no personal data. */
export const ConnectorState = z.strictObject({
  distributor_id: z.string(),
  /** Null before the first delta. */
  last_sync_at: z.iso.datetime().nullable(),
  last_batch_id: z.string().nullable(),
  /** Null before the first run. */
  last_sync_status: z.string().max(40).nullable(),
  records_sent_total: z.number().int().min(0),
  backfill_complete: z.boolean(),
});
export type ConnectorState = z.infer<typeof ConnectorState>;

/** The file holds something else, or belongs to another distributor. */
export class StateFileInvalid extends Error {
  override readonly name = 'StateFileInvalid';
  readonly kind = 'configuration';
}

/**
 * The connector's copy of how far it got, for people and for `status`. The platform's watermark is the truth, so a
 * missing file is an ordinary beginning and never a reason to read three years again. Written atomically: a crash
 * leaves the old state or the new one.
 */
export class StateFile {
  readonly #path: string;
  readonly #distributorId: string;
  #lastUpdate: Promise<unknown> = Promise.resolve();

  constructor(path: string, distributorId: string) {
    this.#path = path;
    this.#distributorId = distributorId;
  }

  /** The state, or that of a connector that has sent nothing where there is no file. */
  async read(): Promise<ConnectorState> {
    let text: string;
    try {
      text = await readFile(this.#path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      return {
        distributor_id: this.#distributorId,
        last_sync_at: null,
        last_batch_id: null,
        last_sync_status: null,
        records_sent_total: 0,
        backfill_complete: false,
      };
    }
    const state = ConnectorState.safeParse(parseJson(text));
    if (!state.success) {
      const key = state.error.issues[0]?.path.join('.') || 'the file';
      throw new StateFileInvalid(
        `${this.#path}: ${key} is not as expected in a state file; delete it, it is only a copy and will be written again.`,
      );
    }
    if (state.data.distributor_id !== this.#distributorId) {
      throw new StateFileInvalid(
        `${this.#path}: distributor_id is ${state.data.distributor_id}; expected ${this.#distributorId}, as configured.`,
      );
    }
    return state.data;
  }

  /** Reads, changes and writes the state; updates of one process wait for each other. */
  update(change: (state: ConnectorState) => ConnectorState): Promise<ConnectorState> {
    const update = this.#lastUpdate.then(async () => {
      const state = ConnectorState.parse(change(await this.read()));
      await writeAtomically(this.#path, `${JSON.stringify(state, null, 2)}\n`);
      return state;
    });
    this.#lastUpdate = update.catch(() => undefined);
    return update;
  }
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(dirname(path));
}

/** Makes the rename itself durable; Windows cannot open a folder, and needs no such thing. */
async function syncFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
