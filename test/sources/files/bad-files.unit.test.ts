import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inspectFile } from '../../../src/sources/files/inspect.js';
import { BAD_FILES, GSTIN, SHOP } from './bad-files.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bad-files-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** One sentence, which names nobody. */
function expectSentence(message: string, says: RegExp): void {
  expect(message).toMatch(says);
  expect(message).toMatch(/^[A-Z][^\n]*: expected [^\n]*\.$/);
  for (const identity of [SHOP, 'Canary', GSTIN, '9876543210']) expect(message).not.toContain(identity);
}

describe('a bad file', () => {
  it('is known in more than sixty kinds, each told by another name', () => {
    expect(new Set(BAD_FILES.map(({ what }) => what)).size).toBe(BAD_FILES.length);
    expect(BAD_FILES.length).toBeGreaterThan(60);
  });

  it.each(BAD_FILES)(
    'is refused, or one row of it: $what',
    async ({ name = 'upload', content, refused, row, beside, says }) => {
      const path = join(folder, name);
      await writeFile(path, content);
      const found = await inspectFile(path, { today: '2026-05-18' });
      if (refused !== undefined) {
        expect(found).toEqual({ refused: { code: refused, message: expect.any(String) } });
        if ('refused' in found) expectSentence(found.refused.message, says);
        return;
      }
      if ('refused' in found) throw new Error(found.refused.message);
      const [code, line, column] = row!;
      expect(found.faults).toEqual([{ line, column, code, message: expect.any(String) }]);
      expect(found.quarantined).toEqual({ [code]: 1 });
      expectSentence(found.faults![0]!.message, says);
      expect(found.records.invoices.count + found.records.payments.count).toBe(beside);
    },
  );
});
