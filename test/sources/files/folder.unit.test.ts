import { once } from 'node:events';
import {
  appendFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileReplaced, SourceMisconfigured } from '../../../src/sources/errors.js';
import type { ListedFile } from '../../../src/sources/files/file-source.js';
import { Folder } from '../../../src/sources/files/folder.js';

let outside: string;
let root: string;
let place: Folder;
beforeEach(async () => {
  outside = await mkdtemp(join(tmpdir(), 'folder-source-'));
  root = join(outside, 'landing zone');
  await mkdir(root);
  place = new Folder(root);
});
afterEach(() => rm(outside, { recursive: true }));

const written = async (path: string, content: string | Buffer): Promise<ListedFile> => {
  await writeFile(join(root, path), content);
  return (await listed()).find((file) => file.path === path)!;
};
const listed = async (): Promise<ListedFile[]> => {
  const files: ListedFile[] = [];
  for await (const file of place.list()) files.push(file);
  return files;
};
const paths = async (): Promise<string[]> => (await listed()).map(({ path }) => path).sort();
const content = async (file: ListedFile, range?: { start: number; end: number }): Promise<string> =>
  String(await buffer(place.open(file).open(range)));

describe('a folder', () => {
  it('is named by its address, and its files by their paths, sizes and times', async () => {
    await mkdir(join(root, 'may/day'), { recursive: true });
    await writeFile(join(root, 'may/day/x.csv'), 'abc');
    await utimes(join(root, 'may/day/x.csv'), 1_800_000_000, 1_800_000_000.25);
    expect(place.uri).toBe(`file://${outside}/landing%20zone`);
    expect(await listed()).toEqual([
      { path: 'may/day/x.csv', sizeBytes: 3, modifiedAt: '2027-01-15T08:00:00.250Z', tag: null },
    ]);
  });

  it('neither lists what a link leads to, nor touches it', async () => {
    await mkdir(join(outside, 'secret'));
    await writeFile(join(outside, 'secret/x.csv'), 'abc');
    await symlink(join(outside, 'secret'), join(root, 'linked'));
    await symlink(join(outside, 'secret/x.csv'), join(root, 'linked.csv'));
    expect(await listed()).toEqual([]);

    const through = { path: 'linked/x.csv', sizeBytes: 3, modifiedAt: '2027-01-15T08:00:00.000Z', tag: null };
    await expect(content(through)).rejects.toThrow(SourceMisconfigured);
    await expect(place.put('linked/new/y.csv', Readable.from('y'))).rejects.toThrow(SourceMisconfigured);
    await expect(place.delete('linked/x.csv')).rejects.toThrow(SourceMisconfigured);
    await expect(place.move('linked/x.csv', 'x.csv')).rejects.toThrow(SourceMisconfigured);
    expect(await readdir(join(outside, 'secret'))).toEqual(['x.csv']);

    const { mtime } = await stat(join(outside, 'secret/x.csv'));
    const link = { ...through, path: 'linked.csv', modifiedAt: mtime.toISOString() };
    await expect(content(link)).rejects.toThrow(FileReplaced);
    await place.put('linked.csv', Readable.from('mine'));
    expect(await readFile(join(outside, 'secret/x.csv'), 'utf8')).toBe('abc');
  });

  it('skips what is no regular file', async () => {
    const socket = createServer().listen(join(root, 'socket.csv'));
    await once(socket, 'listening');
    await writeFile(join(root, 'x.csv'), 'abc');
    expect(await readdir(root)).toContain('socket.csv');
    expect(await paths()).toEqual(['x.csv']);
    socket.close();
  });

  it('that is itself reached by a link is a folder like others', async () => {
    await symlink(root, join(outside, 'link'));
    await written('x.csv', 'abc');
    place = new Folder(join(outside, 'link'));
    expect(await content((await listed())[0]!)).toBe('abc');
  });

  it.each(['../x', 'a/../x', '/etc/x', 'a//x', './x', 'a\\x', 'a\0x', 'a\nx', '', 'a/', '..'])(
    'refuses the path %j, whatever is asked',
    async (path) => {
      const refusal = { code: 'PATH_UNSAFE', message: expect.stringMatching(/: expected plain names/) };
      const file = { path, sizeBytes: 1, modifiedAt: '2027-01-15T08:00:00.000Z', tag: null };
      expect(() => place.open(file)).toThrow(expect.objectContaining(refusal));
      await expect(place.put(path, Readable.from('x'))).rejects.toMatchObject(refusal);
      await expect(place.move(path, 'y')).rejects.toMatchObject(refusal);
      await expect(place.move('y', path)).rejects.toMatchObject(refusal);
      await expect(place.delete(path)).rejects.toMatchObject(refusal);
    },
  );

  it('gives a file whole or in part, also one larger than what is read at once', async () => {
    const bytes = 'abcdefghij'.repeat(30_000);
    const file = await written('x.csv', bytes);
    expect(await content(file)).toBe(bytes);
    expect(await content(file, { start: 65_530, end: 65_545 })).toBe(bytes.slice(65_530, 65_545));
    expect(await content(file, { start: 299_998, end: 400_000 })).toBe('ij');
    expect(await content(await written('empty', ''), { start: 0, end: 10 })).toBe('');
  });

  it('says that a file was replaced, before it is read, and while it is', async () => {
    const file = await written('x.csv', 'abc');
    await utimes(join(root, 'x.csv'), 1_800_000_000, 1_800_000_000);
    await expect(content(file)).rejects.toThrow(FileReplaced);

    const large = await written('y.csv', Buffer.alloc(1_000_000, 'a'));
    const reading = place.open(large).open()[Symbol.asyncIterator]();
    await reading.next();
    await appendFile(join(root, 'y.csv'), 'b');
    await expect(
      (async () => {
        while (!(await reading.next()).done);
      })(),
    ).rejects.toThrow(FileReplaced);

    await rm(join(root, 'y.csv'));
    const gone = content(large);
    await expect(gone).rejects.toThrow(FileReplaced);
    await gone.catch((error) => expect(error.message).not.toContain('y.csv'));
  });

  it('goes on reading the file it listed when another takes its name meanwhile', async () => {
    const file = await written('x.csv', Buffer.alloc(1_000_000, 'a'));
    const reading = place.open(file).open()[Symbol.asyncIterator]();
    const chunks = [(await reading.next()).value];
    await writeFile(join(outside, 'other'), 'b');
    await rename(join(outside, 'other'), join(root, 'x.csv'));
    for (let next = await reading.next(); !next.done; next = await reading.next()) chunks.push(next.value);
    expect(Buffer.concat(chunks).equals(Buffer.alloc(1_000_000, 'a'))).toBe(true);
    await expect(content(file)).rejects.toThrow(FileReplaced);
  });

  it('takes a file whole, for this user alone, and shows nothing of it before', async () => {
    async function* halves() {
      yield 'ab';
      expect(await paths()).toEqual([expect.stringMatching(/^new\/x\.csv\.[0-9a-f]{8}\.part$/)]);
      yield 'cd';
    }
    await place.put('new/x.csv', Readable.from(halves()));
    expect(await readFile(join(root, 'new/x.csv'), 'utf8')).toBe('abcd');
    expect((await stat(join(root, 'new/x.csv'))).mode & 0o777).toBe(0o600);
    await place.put('new/x.csv', Readable.from('other'));
    expect(await readFile(join(root, 'new/x.csv'), 'utf8')).toBe('other');
  });

  it('keeps nothing of a file that could not be taken whole', async () => {
    async function* cut() {
      yield 'ab';
      throw new TypeError('the upload broke off');
    }
    await place.put('x.csv', Readable.from('before'));
    await expect(place.put('x.csv', Readable.from(cut()))).rejects.toThrow('the upload broke off');
    expect(await paths()).toEqual(['x.csv']);
    expect(await readFile(join(root, 'x.csv'), 'utf8')).toBe('before');
  });

  it('moves and deletes, and minds nothing that was done before', async () => {
    const file = await written('x.csv', 'abc');
    await place.put('done/may/x.csv', Readable.from('old'));
    await place.move('x.csv', 'done/may/x.csv', file);
    await place.move('x.csv', 'done/may/x.csv', file);
    expect(await paths()).toEqual(['done/may/x.csv']);
    expect(await readFile(join(root, 'done/may/x.csv'), 'utf8')).toBe('abc');
    await place.delete('done/may/x.csv');
    await place.delete('done/may/x.csv');
    await place.delete('never/there');
    expect(await paths()).toEqual([]);
  });

  it('neither moves nor deletes another file than the one that was read', async () => {
    const file = await written('x.csv', 'abc');
    await written('x.csv', 'newer');
    await expect(place.move('x.csv', 'done/x.csv', file)).rejects.toThrow(FileReplaced);
    await expect(place.delete('x.csv', file)).rejects.toThrow(FileReplaced);
    expect(await paths()).toEqual(['x.csv']);
  });

  it('that is not there, or is a file, is a fault of the settings', async () => {
    place = new Folder(join(root, 'missing'));
    await expect(listed()).rejects.toThrow(
      `The folder ${root}/missing is not there: expected a folder that this user may read and write.`,
    );
    await expect(listed()).rejects.toThrow(SourceMisconfigured);
    await expect(place.put('x', Readable.from('x'))).rejects.toThrow(SourceMisconfigured);
    await writeFile(join(root, 'missing'), '');
    await expect(listed()).rejects.toThrow(`${root}/missing is a file: expected a folder.`);
  });
});
