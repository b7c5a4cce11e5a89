// What a store answers that no real one does when asked to.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { FileReplaced, SourceMisconfigured, SourceUnavailable } from '../../../src/sources/errors.js';
import { type S3Access, S3Bucket } from '../../../src/sources/files/s3.js';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let store: Server;
let answer: Answer;
let asked: Array<{ method: string; url: string; headers: IncomingMessage['headers'] }>;
beforeEach(async () => {
  asked = [];
  store = createServer(async (request, response) => {
    asked.push({ method: request.method!, url: request.url!, headers: request.headers });
    await buffer(request);
    answer(request, response);
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
});
afterEach(() => {
  store.closeAllConnections();
  store.close();
});

const host = (): string => `127.0.0.1:${(store.address() as AddressInfo).port}`;
const bucket = (access: Partial<S3Access> = {}): S3Bucket =>
  new S3Bucket({
    bucket: 'landing',
    prefix: 'in',
    region: 'ap-south-1',
    endpoint: `http://${host()}`,
    forcePathStyle: true,
    credentials: { accessKeyId: 'a', secretAccessKey: 'correct-horse' },
    serverSideEncryption: 'AES256',
    timeoutMs: 200,
    ...access,
  });
const says =
  (status: number, code: string): Answer =>
  (_request, response) =>
    response
      .writeHead(status, { 'content-type': 'application/xml' })
      .end(`<Error><Code>${code}</Code><Message>in/Canary Stores.csv</Message></Error>`);
const FILE = { path: 'Canary Stores.csv', sizeBytes: 6, modifiedAt: '2026-05-18T10:00:00.000Z', tag: '"e1"' };
const list = async (place: S3Bucket) => {
  for await (const file of place.list()) return file;
  return null;
};

describe('what a bucket is told', () => {
  beforeEach(() => {
    answer = (_request, response) => response.writeHead(200, { etag: '"e1"' }).end('<CopyObjectResult/>');
  });

  it.each([
    ['AES256', 'AES256'],
    ['aws:kms', 'aws:kms'],
    [null, undefined],
  ] as const)('is to encrypt what is written, as the settings say: %s', async (serverSideEncryption, header) => {
    const place = bucket({ serverSideEncryption });
    await place.put('x', Readable.from('abc'));
    await place.move('x', 'done/x');
    expect(asked.map(({ method, headers }) => [method, headers['x-amz-server-side-encryption']])).toEqual([
      ['PUT', header],
      ['PUT', header],
      ['DELETE', undefined],
    ]);
  });

  it('names the file as it was listed, whatever is done to it', async () => {
    const place = bucket();
    await place.move(FILE.path, 'done/x', FILE);
    await expect(text(place.open(FILE).open({ start: 2, end: 4 }))).rejects.toThrow();
    expect(
      asked.map(({ method, headers }) => [method, headers['x-amz-copy-source-if-match'] ?? headers['if-match']]),
    ).toEqual([
      ['HEAD', undefined],
      ['PUT', '"e1"'],
      ['HEAD', undefined],
      ['DELETE', '"e1"'],
      ['GET', '"e1"'],
    ]);
    expect(asked.at(-1)!.headers.range).toBe('bytes=2-3');
  });

  it('is looked at before anything is done with it, since not every store respects such conditions', async () => {
    const other = { ...FILE, tag: '"e0"' };
    await expect(bucket().move(FILE.path, 'done/x', other)).rejects.toThrow(FileReplaced);
    await expect(bucket().delete(FILE.path, other)).rejects.toThrow(FileReplaced);
    expect(asked.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  it('is to give and take again what is too large to be copied', async () => {
    answer = (request, response) =>
      response.writeHead(200, { etag: '"e1"' }).end(request.method === 'GET' ? 'abcdef' : '');
    await bucket({ maxCopyBytes: 5 }).move(FILE.path, 'done/x', FILE);
    const changes = asked.filter(({ method }) => method !== 'HEAD');
    expect(changes.map(({ method, url }) => `${method} ${url.split('?')[0]}`)).toEqual([
      'GET /landing/in/Canary%20Stores.csv',
      'PUT /landing/in/done/x',
      'DELETE /landing/in/Canary%20Stores.csv',
    ]);
  });
});

describe('what a bucket answers', () => {
  it('is listed by its keys, also where they are written so that no character can hide others', async () => {
    answer = (_request, response) =>
      response
        .writeHead(200)
        .end(
          '<ListBucketResult><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated><Contents><Key>in/a+b%2Bc%01.csv</Key><Size>3</Size><ETag>"e"</ETag><LastModified>2026-05-18T10:00:00.000Z</LastModified></Contents></ListBucketResult>',
        );
    const file = await list(bucket());
    expect(asked[0]!.url).toContain('encoding-type=url');
    expect(file).toEqual({ path: 'a b+c\u0001.csv', sizeBytes: 3, modifiedAt: '2026-05-18T10:00:00.000Z', tag: '"e"' });
    expect(() => bucket().open(file!)).toThrow(expect.objectContaining({ code: 'PATH_UNSAFE' }));
  });

  it.each([
    [403, 'AccessDenied', 'refuses us (AccessDenied): expected the right to list, read, write and delete.'],
    [301, 'PermanentRedirect', 'refuses us (PermanentRedirect): expected the region the bucket lies in.'],
    [403, 'RequestTimeTooSkewed', 'refuses us (RequestTimeTooSkewed): expected this machine’s clock to be right.'],
    [400, 'in/Canary Stores.csv', 'refuses us (400, no answer): expected it to take the request.'],
  ])('may be a refusal, which a person must mend: %i %s', async (status, code, sentence) => {
    answer = says(status, code);
    const refused = list(bucket());
    await expect(refused).rejects.toThrow(SourceMisconfigured);
    await expect(refused).rejects.toThrow(new Error(`The bucket landing at ${host()} ${sentence}`));
  });

  it.each([
    [503, 'SlowDown'],
    [500, 'InternalError'],
    [429, 'TooManyRequests'],
  ])('may pass, and is asked again before that is said: %i %s', async (status, code) => {
    answer = says(status, code);
    const refused = list(bucket());
    await expect(refused).rejects.toThrow(SourceUnavailable);
    await expect(refused).rejects.toThrow(`cannot be used now (${code}): expected it to answer.`);
    expect(asked).toHaveLength(3);
  });

  it.each([
    [412, 'PreconditionFailed'],
    [404, 'NoSuchKey'],
    [416, 'InvalidRange'],
  ])('may be that the file is another now: %i %s', async (status, code) => {
    answer = says(status, code);
    await expect(text(bucket().open(FILE).open())).rejects.toThrow(FileReplaced);
  });

  it.each([
    ['cut', (response: ServerResponse) => response.destroy()],
    ['held back', () => {}],
  ])('may be %s in the middle, which passes', async (_what, then) => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-length': '6' }).write('abc', () => then(response));
    };
    const reading = text(bucket().open(FILE).open());
    await expect(reading).rejects.toThrow(SourceUnavailable);
    await reading.catch(({ message }) => expect(message).not.toMatch(/Canary|correct-horse/));
  });

  it('may be shorter than the file, which passes too', async () => {
    answer = (_request, response) => response.writeHead(200).end('abc');
    await expect(text(bucket().open(FILE).open())).rejects.toThrow(
      `The bucket landing at ${host()} sent a file cut short`,
    );
  });
});
