import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { hashValue } from '../../src/canonical/digest.js';
import { QuarantineEntry } from '../../src/canonical/quarantine-entry.js';
import { QuarantineLog } from '../../src/delivery/quarantine-log.js';
import { StateFile, StateFileInvalid } from '../../src/delivery/state-file.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'delivery-'));
});
afterEach(() => rm(folder, { recursive: true }));

const digestKey = Buffer.alloc(32, 7);
const BAD_GSTIN = '27AAPFU0939F1XV';
const refused = {
  recordType: 'invoice',
  originalId: 'INV-2026-00099',
  code: 'INVALID_GSTIN',
  field: 'retailer_gst',
  value: BAD_GSTIN,
} as const;

describe('the quarantine log', () => {
  it('holds one line a record in the specification’s format, and never the bad value', async () => {
    const path = await new QuarantineLog(join(folder, 'quarantine'), digestKey).append('bat_8f3c', [refused, refused]);
    expect(path).toBe(join(folder, 'quarantine', 'quarantine_bat_8f3c.jsonl'));
    const text = await readFile(path!, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => QuarantineEntry.parse(JSON.parse(line)));
    expect(lines).toHaveLength(2);
    expect(Object.keys(lines[0]!)).toEqual([
      'record_type',
      'original_id',
      'error_code',
      'field',
      'value_hash',
      'quarantined_at',
    ]);
    expect(lines[0]).toMatchObject({ original_id: 'INV-2026-00099', value_hash: hashValue(BAD_GSTIN, digestKey) });
    expect(lines[0]!.quarantined_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
    expect(text).not.toContain(BAD_GSTIN);
  });

  it('can be read by its owner alone', async () => {
    const path = await new QuarantineLog(folder, digestKey).append('bat_8f3c', [refused]);
    expect((await stat(path!)).mode & 0o777).toBe(0o600);
  });

  it('adds to what is there, and writes nothing for nothing', async () => {
    const log = new QuarantineLog(folder, digestKey);
    expect(await log.append('bat_8f3c', [])).toBeNull();
    expect(await readdir(folder)).toEqual([]);
    await log.append('syn_0001', [refused]);
    const path = await log.append('syn_0001', [refused]);
    expect((await readFile(path!, 'utf8')).trimEnd().split('\n')).toHaveLength(2);
  });

  it('lets no id lead out of its folder', async () => {
    await expect(new QuarantineLog(folder, digestKey).append('bat_/../../x', [refused])).rejects.toThrow(TypeError);
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('the state file', () => {
  const stateFile = () => new StateFile(join(folder, '.altscore_state.json'), 'dist_c4f9');
  const printed = {
    distributor_id: 'dist_c4f9',
    last_sync_at: '2026-05-18T02:00:00Z',
    last_batch_id: 'bat_8f3c',
    last_sync_status: 'success',
    records_sent_total: 18742,
    backfill_complete: true,
  };

  it('reads the file the specification prints', async () => {
    await writeFile(join(folder, '.altscore_state.json'), JSON.stringify(printed));
    expect(await stateFile().read()).toEqual(printed);
  });

  it('begins with nothing sent where there is no file', async () => {
    expect(await stateFile().read()).toMatchObject({
      last_sync_at: null,
      records_sent_total: 0,
      backfill_complete: false,
    });
  });

  it('is written whole, for its owner alone, and leaves nothing else behind', async () => {
    await stateFile().update(() => printed);
    expect(JSON.parse(await readFile(join(folder, '.altscore_state.json'), 'utf8'))).toEqual(printed);
    expect((await stat(join(folder, '.altscore_state.json'))).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(['.altscore_state.json']);
  });

  it('loses no update of several made at once', async () => {
    const file = stateFile();
    const add = () => file.update((state) => ({ ...state, records_sent_total: state.records_sent_total + 1 }));
    await Promise.all(Array.from({ length: 20 }, add));
    expect((await file.read()).records_sent_total).toBe(20);
  });

  it('keeps the old state when the new one is no state, and goes on after it', async () => {
    const file = stateFile();
    await file.update(() => printed);
    await expect(file.update((state) => ({ ...state, records_sent_total: -1 }))).rejects.toThrow();
    expect(await file.update((state) => state)).toEqual(printed);
    expect(await readdir(folder)).toEqual(['.altscore_state.json']);
  });

  it.each([
    ['cut short', '{"distributor_id":"dist_c4f9"', 'the file is not as expected'],
    ['with a strange key', JSON.stringify({ ...printed, api_key: 'x' }), 'the file is not as expected'],
    [
      'with a wrong value',
      JSON.stringify({ ...printed, records_sent_total: 'many' }),
      'records_sent_total is not as expected',
    ],
    [
      'of another distributor',
      JSON.stringify({ ...printed, distributor_id: 'dist_other' }),
      'distributor_id is dist_other; expected dist_c4f9',
    ],
  ])('refuses a file %s with one sentence', async (_story, text, sentence) => {
    await writeFile(join(folder, '.altscore_state.json'), text);
    const failure = stateFile().read();
    await expect(failure).rejects.toThrow(StateFileInvalid);
    await expect(failure).rejects.toThrow(sentence);
  });
});
