// One story for all three kinds of places, against a real SFTP server and a real S3 store.
import { appendFile, mkdir, mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { GetObjectCommand, ListMultipartUploadsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FileSourceSettings, type OutsidePlace } from '../../../src/ops/file-places.js';
import { FileReplaced, SourceMisconfigured, SourceUnavailable } from '../../../src/sources/errors.js';
import { dataFilesOf } from '../../../src/sources/files/data-files.js';
import type { FileSource, ListedFile } from '../../../src/sources/files/file-source.js';
import { openFileSource } from '../../../src/sources/files/open-file-source.js';
import { freePort } from '../../support/free-port.js';
import { type S3Server, startS3 } from '../../support/s3-server.js';
import { type SftpServer, startSftp } from '../../support/sftp-server.js';
import { HEADER, ROW } from './bad-files.js';
import { zipOf } from './zip-files.js';

/** The servers are installed before the tests as a rule (`npm test`), else now. */
const INSTALLING_MS = 900_000;
let home: string;
let sftp: SftpServer;
let s3: S3Server;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'places-'));
  [sftp, s3] = await Promise.all([startSftp(), startS3()]);
}, INSTALLING_MS);
afterAll(async () => {
  await Promise.all([sftp?.stop(), s3?.stop()]);
  await rm(home, { recursive: true });
});

const opened = async (settings: object): Promise<FileSource> =>
  openFileSource(FileSourceSettings.parse(settings) as OutsidePlace);
const listed = async (place: FileSource): Promise<ListedFile[]> => {
  const files: ListedFile[] = [];
  for await (const file of place.list()) files.push(file);
  return files.sort((one, other) => (one.path < other.path ? -1 : 1));
};
const only = async (place: FileSource): Promise<ListedFile> => {
  const files = await listed(place);
  expect(files).toHaveLength(1);
  return files[0]!;
};
const paths = async (place: FileSource): Promise<string[]> => (await listed(place)).map(({ path }) => path);

interface Place {
  kind: string;
  /** The settings of a corner of its own. */
  settings(corner: string): object;
  uri(corner: string): string;
  /** Behind our back, as a distributor does. */
  plant(corner: string, path: string, content: string | Buffer): Promise<void>;
  stored(corner: string, path: string): Promise<Buffer>;
}

const inFolder = (root: () => string) => ({
  async plant(corner: string, path: string, content: string | Buffer) {
    const file = join(root(), corner, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  },
  stored: (corner: string, path: string) => readFile(join(root(), corner, path)),
});
const PLACES: Place[] = [
  {
    kind: 'folder',
    settings: (corner) => ({ kind: 'folder', path: join(home, corner) }),
    uri: (corner) => `file://${home}/${corner}`,
    ...inFolder(() => home),
  },
  {
    kind: 'sftp',
    settings: (corner) => ({ ...sftp.settings, path: `/${corner}` }),
    uri: (corner) => `sftp://127.0.0.1:${sftp.settings.port}/${corner}`,
    ...inFolder(() => sftp.folder),
  },
  {
    kind: 's3',
    settings: (corner) => ({ ...s3.settings, prefix: corner }),
    uri: (corner) => `s3://landing/${corner}`,
    async plant(corner, path, content) {
      await s3.client.send(
        new PutObjectCommand({ Bucket: 'landing', Key: `${corner}/${path}`, Body: Buffer.from(content) }),
      );
    },
    async stored(corner, path) {
      const { Body } = await s3.client.send(new GetObjectCommand({ Bucket: 'landing', Key: `${corner}/${path}` }));
      return buffer(Body as Readable);
    },
  },
];

describe.each(PLACES)('a place of the kind $kind', ({ settings, uri, plant, stored }) => {
  let corner: string;
  let place: FileSource;
  const enter = async (name: string) => {
    corner = name;
    await plant(corner, 'x.csv', 'abcdefghij');
    place = await opened(settings(corner));
  };
  afterAll(() => place.close());

  it('lists every file below its root, whatever it is called, and gives each whole and in part', async () => {
    await enter('names');
    const odd = ['a+b %20 c&d.csv', 'may/day 1/vouchers (1).xml', 'नमस्ते/é.csv'];
    for (const path of odd) await plant(corner, path, path);
    expect(place.uri).toBe(uri(corner));
    const files = await listed(place);
    expect(files.map(({ path }) => path)).toEqual([...odd, 'x.csv'].sort());
    for (const file of files) {
      const content = file.path === 'x.csv' ? 'abcdefghij' : file.path;
      expect(file.sizeBytes).toBe(Buffer.byteLength(content));
      expect(Math.abs(Date.now() - Date.parse(file.modifiedAt))).toBeLessThan(60_000);
      expect(await text(place.open(file).open())).toBe(content);
      expect(place.open(file).name).toBe(file.path.split('/').at(-1));
    }
    const file = files.find(({ path }) => path === 'x.csv')!;
    expect(await text(place.open(file).open({ start: 3, end: 6 }))).toBe('def');
    expect(await text(place.open(file).open({ start: 8, end: 4_096 }))).toBe('ij');
    expect(await text(place.open(file).open({ start: 10, end: 4_096 }))).toBe('');
  });

  it('gives an archive and an empty file to those who read them', async () => {
    await enter('archives');
    await plant(corner, 'x.csv', zipOf({ name: 'invoices.csv', content: `${HEADER}\n${ROW}\n` }));
    const [data, ...more] = await dataFilesOf(place.open(await only(place)));
    expect([data?.format, more]).toEqual(['csv', []]);
    expect(await text(Readable.from(data!.open()))).toBe(`${HEADER}\n${ROW}\n`);
    await plant(corner, 'x.csv', '');
    await expect(dataFilesOf(place.open(await only(place)))).rejects.toMatchObject({ code: 'EMPTY' });
  });

  it('says that a file is no longer the one that was listed, naming none', async () => {
    await enter('replaced');
    const file = await only(place);
    const given = place.open(file);
    expect(await text(given.open({ start: 0, end: 4 }))).toBe('abcd');
    await plant(corner, 'x.csv', 'replaced by more');
    for (const reading of [text(given.open({ start: 4, end: 8 })), text(given.open())]) {
      await expect(reading).rejects.toThrow(FileReplaced);
      await reading.catch((error) => expect(error.message).not.toMatch(/x\.csv|replaced\//));
    }
    await expect(place.move('x.csv', 'done/x.csv', file)).rejects.toThrow(FileReplaced);
    await expect(place.delete('x.csv', file)).rejects.toThrow(FileReplaced);
    expect(await paths(place)).toEqual(['x.csv']);
    await place.delete('x.csv');
    await expect(text(given.open())).rejects.toThrow(FileReplaced);
  });

  it('takes a file whole or not at all, however long it is', async () => {
    await enter('put');
    const large = Buffer.from(Uint32Array.from({ length: 4_500_000 }, (_, index) => index).buffer);
    async function* cut() {
      yield large;
      throw new TypeError('the upload broke off');
    }
    await place.put('new/deep/large.zip', Readable.from([large.subarray(0, 5), large.subarray(5)]));
    expect((await stored(corner, 'new/deep/large.zip')).equals(large)).toBe(true);
    const file = (await listed(place))[0]!;
    expect((await buffer(place.open(file).open())).equals(large)).toBe(true);

    await expect(place.put('x.csv', Readable.from(cut()))).rejects.toThrow('the upload broke off');
    expect(String(await stored(corner, 'x.csv'))).toBe('abcdefghij');
    await place.put('x.csv', Readable.from('other'));
    expect(String(await stored(corner, 'x.csv'))).toBe('other');
    await place.put('empty', Readable.from([]));
    expect(await paths(place)).toEqual(['empty', 'new/deep/large.zip', 'x.csv']);
  });

  it('moves and deletes, and minds nothing that was done before', async () => {
    await enter('moved');
    const file = await only(place);
    await plant(corner, 'done/may +1/x.csv', 'old');
    await place.move('x.csv', 'done/may +1/x.csv', file);
    await place.move('x.csv', 'done/may +1/x.csv', file);
    expect(await paths(place)).toEqual(['done/may +1/x.csv']);
    expect(String(await stored(corner, 'done/may +1/x.csv'))).toBe('abcdefghij');
    await place.move('done/may +1/x.csv', 'x.csv');
    expect(await paths(place)).toEqual(['x.csv']);
    for (const _again of [1, 2]) await place.delete('x.csv');
    await place.delete('never/there.csv');
    expect(await paths(place)).toEqual([]);
  });

  it('touches nothing by a path that leads out of it', async () => {
    await enter('inner');
    await plant('outer', 'x.csv', 'abc');
    const refusal = { code: 'PATH_UNSAFE' };
    await expect(place.put('../outer/x.csv', Readable.from('x'))).rejects.toMatchObject(refusal);
    await expect(place.delete('../outer/x.csv')).rejects.toMatchObject(refusal);
    await expect(place.move('../outer/x.csv', 'y')).rejects.toMatchObject(refusal);
    expect(() => place.open({ path: '../outer/x.csv', sizeBytes: 3, modifiedAt: '', tag: null })).toThrow();
    expect(String(await stored('outer', 'x.csv'))).toBe('abc');
  });
});

describe('an SFTP server', () => {
  const plant = inFolder(() => sftp.folder).plant;

  it('takes a password as well as a key, and refuses others', async () => {
    await plant('auth', 'x.csv', 'abc');
    const { private_key_file, ...common } = { ...sftp.settings, path: '/auth' };
    const byPassword = await opened({ ...common, password_file: sftp.passwordFile });
    expect(await paths(byPassword)).toEqual(['x.csv']);
    await byPassword.close();

    const wrong = join(home, 'wrong');
    await writeFile(wrong, 'battery staple', { mode: 0o600 });
    const refused = listed(await opened({ ...common, password_file: wrong }));
    await expect(refused).rejects.toThrow(SourceMisconfigured);
    await expect(refused).rejects.toThrow(
      `The SFTP server 127.0.0.1:${common.port} refuses us: expected the user name and password or key that it knows.`,
    );
    await expect(listed(await opened({ ...common, private_key_file, user_name: 'other' }))).rejects.toThrow(
      SourceMisconfigured,
    );
    await expect(listed(await opened({ ...common, private_key_file: wrong }))).rejects.toThrow(
      'The private key for the SFTP server 127.0.0.1 cannot be used: expected one in PEM or OpenSSH’s form, without a passphrase.',
    );
  });

  it('that shows another host key is not spoken to, and what it shows is said', async () => {
    const host_key_fingerprints = [`SHA256:${'A'.repeat(43)}`];
    const refused = listed(await opened({ ...sftp.settings, host_key_fingerprints }));
    await expect(refused).rejects.toThrow(SourceMisconfigured);
    await expect(refused).rejects.toThrow(
      `shows the host key ${sftp.settings.host_key_fingerprints[0]}: expected one of host_key_fingerprints.`,
    );
    const rotating = [...host_key_fingerprints, ...sftp.settings.host_key_fingerprints];
    const place = await opened({ ...sftp.settings, path: '/auth', host_key_fingerprints: rotating });
    expect(await paths(place)).toEqual(['x.csv']);
    await place.close();
  });

  it('whose folder is not there says so', async () => {
    const place = await opened({ ...sftp.settings, path: '/missing' });
    await expect(listed(place)).rejects.toThrow(/does not find the folder: expected/);
    await expect(listed(place)).rejects.toThrow(SourceMisconfigured);
    await place.close();
  });

  it('notices that a file changes while it is read', async () => {
    await plant('changing', 'x.csv', Buffer.alloc(8_000_000, 'a'));
    const place = await opened({ ...sftp.settings, path: '/changing' });
    const reading = place
      .open(await only(place))
      .open()
      [Symbol.asyncIterator]();
    await reading.next();
    await appendFile(join(sftp.folder, 'changing/x.csv'), 'b');
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await expect(rest()).rejects.toThrow(FileReplaced);
    await utimes(join(sftp.folder, 'changing/x.csv'), 1_000_000_000, 1_000_000_000);
    expect((await only(place)).modifiedAt).toBe('2001-09-09T01:46:40.000Z');
    await place.close();
  });

  it('that dies in the middle is away, and is found again when it is back', async () => {
    await plant('dying', 'x.csv', Buffer.alloc(8_000_000, 'a'));
    const place = await opened({ ...sftp.settings, path: '/dying' });
    const file = await only(place);
    const reading = place.open(file).open()[Symbol.asyncIterator]();
    await reading.next();
    await sftp.kill();
    const rest = async () => {
      while (!(await reading.next()).done);
    };
    await expect(rest()).rejects.toThrow(SourceUnavailable);
    await expect(listed(place)).rejects.toThrow(
      `The SFTP server 127.0.0.1:${sftp.settings.port} cannot be used now (ECONNREFUSED): expected it to answer.`,
    );
    await sftp.restart();
    expect((await buffer(place.open(await only(place)).open())).length).toBe(8_000_000);
    await place.close();
  });

  it('that says nothing is not waited for without end', async () => {
    const port = await freePort();
    const silent = createServer().listen(port, '127.0.0.1');
    const place = await opened({ ...sftp.settings, port, timeout_seconds: 1 });
    await expect(listed(place)).rejects.toThrow(SourceUnavailable);
    silent.close();
  });
});

describe('an S3 store', () => {
  it('lists more files than it gives in one answer', async () => {
    const names = Array.from({ length: 1_005 }, (_, index) => `${String(index).padStart(4, '0')}.csv`);
    await s3.plant(names.map((name) => `many/${name}`));
    const place = await opened({ ...s3.settings, prefix: 'many' });
    expect(await paths(place)).toEqual(names);
    await place.close();
  });

  it('lists what is below the prefix, not what merely begins with it, nor what stands for a folder', async () => {
    const plant = PLACES[2]!.plant;
    await plant('below', 'x.csv', 'x');
    await plant('below-too', 'y.csv', 'y');
    await s3.client.send(new PutObjectCommand({ Bucket: 'landing', Key: 'below/may/' }));
    const place = await opened({ ...s3.settings, prefix: 'below' });
    expect(await paths(place)).toEqual(['x.csv']);
    await place.close();
  });

  it('keeps no parts of a file that was not taken whole', async () => {
    const { Uploads } = await s3.client.send(new ListMultipartUploadsCommand({ Bucket: 'landing' }));
    expect(Uploads ?? []).toEqual([]);
  });

  it('that knows no such bucket is a fault of the settings', async () => {
    const refused = listed(await opened({ ...s3.settings, bucket: 'nowhere' }));
    await expect(refused).rejects.toThrow(SourceMisconfigured);
    await expect(refused).rejects.toThrow(
      `The bucket nowhere at ${new URL(s3.settings.endpoint).host} refuses us (NoSuchBucket): expected a bucket that is there.`,
    );
  });

  it('refuses a wrong secret, which is a fault of the settings', async () => {
    if (!s3.knowsSecrets) return; // moto, where there is no Go: it takes any.
    const wrong = join(home, 'wrong-secret');
    await writeFile(wrong, 'battery-staple', { mode: 0o600 });
    const refused = listed(await opened({ ...s3.settings, secret_access_key_file: wrong }));
    await expect(refused).rejects.toThrow(SourceMisconfigured);
    await expect(refused).rejects.toThrow(
      /refuses us \(SignatureDoesNotMatch\): expected the secret of this access key\.$/,
    );
    await expect(listed(await opened({ ...s3.settings, access_key_id: 'nobody' }))).rejects.toThrow(
      SourceMisconfigured,
    );
  });

  it('that is away is away', async () => {
    const place = await opened({ ...s3.settings, endpoint: `http://127.0.0.1:${await freePort()}` });
    await expect(listed(place)).rejects.toThrow(SourceUnavailable);
    await place.close();
  });
});
