import { isAbsolute, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { expected, hostName, oneOf, port, section, sectionError, text, whole } from './schema-parts.js';

/** Where a source's files lie, as YAML and the store hold it. No secret is in it: only paths of files with one. */

const secretFile = (what: string) => {
  const file = `the absolute path of a file with ${what}`;
  return text(file).refine(isAbsolute, expected(file));
};
const timeout = whole(1, 3_600, 'a whole number of seconds from 1 to 3600');

const FOLDER = 'the absolute path of a folder';
const folder = section({
  kind: z.literal('folder'),
  path: text(FOLDER).refine(isAbsolute, expected(FOLDER)),
});

const SERVER_FOLDER = 'the absolute path of a folder on the server, without .. in it';
const FINGERPRINT = 'a fingerprint as OpenSSH prints it: SHA256: and 43 characters';
const FINGERPRINTS = 'a list of the server’s fingerprints';
const sftp = section({
  kind: z.literal('sftp'),
  host: hostName(),
  port: port().default(22),
  path: text(SERVER_FOLDER).refine((path) => posix.isAbsolute(path) && posix.normalize(path) === path, {
    error: `expected ${SERVER_FOLDER}`,
  }),
  user_name: text('the name of the user'),
  /** One or the other. */
  password_file: secretFile('the password').optional(),
  private_key_file: secretFile('the private key').optional(),
  /** Any of them: a server has one for each kind of key, and a new one while the old still counts. */
  host_key_fingerprints: z
    .array(text(FINGERPRINT).regex(/^SHA256:[A-Za-z0-9+/]{43}$/, expected(FINGERPRINT)), expected(FINGERPRINTS))
    .min(1, expected(FINGERPRINTS)),
  timeout_seconds: timeout.default(60),
}).superRefine(({ password_file, private_key_file }, context) => {
  if ((password_file === undefined) !== (private_key_file === undefined)) return;
  const message =
    password_file === undefined
      ? 'is missing; expected it or private_key_file'
      : 'stands beside private_key_file; expected one of the two';
  context.addIssue({ code: 'custom', path: ['password_file'], message });
});

const BUCKET = 'the name of a bucket: 3 to 63 small letters, digits, dots and hyphens';
const PREFIX = 'what keys begin with, such as tally/vouchers, without / at its ends';
const ENDPOINT = 'an address such as https://s3.example.com, without a path';
const REGION = 'a region such as ap-south-1';
const s3 = section({
  kind: z.literal('s3'),
  bucket: text(BUCKET).regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, expected(BUCKET)),
  prefix: text(PREFIX)
    .refine((prefix) => prefix.split('/').every((name) => !/^\.{0,2}$/.test(name)), expected(PREFIX))
    .optional(),
  region: text(REGION).regex(/^[a-z0-9-]+$/, expected(REGION)),
  /** Absent: AWS. */
  endpoint: text(ENDPOINT).refine(isEndpoint, expected(ENDPOINT)).optional(),
  force_path_style: z.boolean(expected('true or false')).default(false),
  /** Absent: as AWS's own tools find credentials. */
  access_key_id: text('the id of an access key').optional(),
  secret_access_key_file: secretFile('the secret access key').optional(),
  server_side_encryption: oneOf(['AES256', 'aws:kms', 'none']).default('AES256'),
  timeout_seconds: timeout.default(120),
}).superRefine(({ access_key_id, secret_access_key_file }, context) => {
  if ((access_key_id === undefined) === (secret_access_key_file === undefined)) return;
  const missing = access_key_id === undefined ? 'access_key_id' : 'secret_access_key_file';
  context.addIssue({ code: 'custom', path: [missing], message: 'is missing; expected both, or neither' });
});

/** The platform's own store: what people uploaded for the distributor and committed. */
const upload = section({ kind: z.literal('upload') });

const KINDS = 'folder or sftp or s3 or upload';
export const FileSourceSettings = z.discriminatedUnion('kind', [folder, sftp, s3, upload], {
  error: (issue) =>
    issue.code === 'invalid_union'
      ? expected(KINDS).error({ input: (issue.input as { kind?: unknown }).kind })
      : sectionError(issue),
});
export type FileSourceSettings = z.infer<typeof FileSourceSettings>;
/** Places outside of the platform. */
export type OutsidePlace = Exclude<FileSourceSettings, { kind: 'upload' }>;

/** What checkpoints begin with, without credentials and without a slash at the end. */
export function uriOfPlace(place: FileSourceSettings): string {
  switch (place.kind) {
    case 'folder':
      return pathToFileURL(place.path).href.replace(/(?<!\/)\/$/, '');
    case 's3':
      return `s3://${place.bucket}${place.prefix ? `/${place.prefix}` : ''}`;
    case 'sftp':
      return `sftp://${place.host}${place.port === 22 ? '' : `:${place.port}`}${place.path}`;
    case 'upload':
      return 'upload:';
  }
}

/** Keys and files travel through it: in the clear only on this machine. */
function isEndpoint(value: string): boolean {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null || url.pathname !== '/' || url.search + url.hash + url.username + url.password !== '') return false;
  return (
    url.protocol === 'https:' ||
    (url.protocol === 'http:' && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname))
  );
}
