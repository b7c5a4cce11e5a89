import { describe, expect, it } from '@jest/globals';
import { readinessOf, type Sighting } from '../../../src/sources/files/readiness.js';

const NOW = '2026-05-18T10:00:00.000Z';
const file = { path: 'may/vouchers.xml', sizeBytes: 100, modifiedAt: '2026-05-18T09:00:00.000Z', tag: null };
const seen: Sighting = { sizeBytes: 100, modifiedAt: file.modifiedAt, since: '2026-05-18T09:59:00.000Z' };

const judge = (change: Partial<typeof file> = {}, before: Sighting | null = seen, appearsWhole = false): string => {
  const readiness = readinessOf({
    file: { ...file, ...change },
    before,
    now: NOW,
    minAgeSeconds: 30,
    appearsWhole,
  });
  return readiness.state === 'waiting' ? readiness.reason : readiness.state;
};

describe('a listed file', () => {
  it('is ready when it looks as it did the last time and is old enough', () => {
    expect(judge()).toBe('ready');
  });

  it('waits until it was seen twice', () => {
    expect(judge({}, null)).toBe('not_seen_twice');
  });

  it('waits while it moves, by size or by time', () => {
    expect(judge({ sizeBytes: 101 })).toBe('still_moving');
    expect(judge({ modifiedAt: '2026-05-18T09:00:01.000Z' })).toBe('still_moving');
  });

  it('waits until it has been left alone for long enough', () => {
    const modifiedAt = '2026-05-18T09:59:31.000Z';
    expect(judge({ modifiedAt }, { ...seen, modifiedAt })).toBe('too_young');
    const justOldEnough = '2026-05-18T09:59:30.000Z';
    expect(judge({ modifiedAt: justOldEnough }, { ...seen, modifiedAt: justOldEnough })).toBe('ready');
  });

  it('from the future counts from when it was seen, so that it neither enters at once nor waits for years', () => {
    const modifiedAt = '2031-01-01T00:00:00.000Z';
    expect(judge({ modifiedAt }, null)).toBe('too_young');
    expect(judge({ modifiedAt }, { ...seen, modifiedAt, since: '2026-05-18T09:59:40.000Z' })).toBe('too_young');
    expect(judge({ modifiedAt }, { ...seen, modifiedAt })).toBe('ready');
  });

  it.each(['x.xml.part', 'x.xml.filepart', 'x.TMP', 'x.crdownload', 'x.xml~', '~$x.csv', '.x.xml.Ab3', 'in/.x'])(
    'whose name says so is unfinished, wherever it lies: %s',
    (path) => {
      expect(judge({ path })).toBe('unfinished_name');
      expect(judge({ path }, null, true)).toBe('unfinished_name');
    },
  );

  it('with such letters elsewhere in its path is a file like others', () => {
    for (const path of ['.in/x.xml', 'x.part/y.xml', 'part.xml', 'tmp', 'a~b.csv'])
      expect(judge({ path })).toBe('ready');
  });

  it('is ready at once in a place where it appears whole', () => {
    expect(judge({ modifiedAt: NOW }, null, true)).toBe('ready');
  });
});
