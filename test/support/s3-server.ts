import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { ensureS3Server } from '../../scripts/test-servers.mjs';
import { freePort } from './free-port.js';
import { waitFor } from './wait-for.js';

export interface S3Server {
  /** False of a server that takes any secret. */
  knowsSecrets: boolean;
  /** As `FileSourceSettings` takes it, of a bucket that is empty. */
  settings: {
    kind: 's3';
    bucket: string;
    region: string;
    endpoint: string;
    force_path_style: boolean;
    access_key_id: string;
    secret_access_key_file: string;
  };
  /** For what a test does to the bucket behind our back. */
  client: S3Client;
  /** Makes many small objects: straight on its disk where it takes that, since as many requests take seconds. */
  plant(keys: string[]): Promise<void>;
  /** Ends it and removes its folders. */
  stop(): Promise<void>;
}

const REGION = 'us-east-1';
const SILENT = { debug() {}, info() {}, warn() {}, error() {} };
const SECRETS = { accessKeyId: 'tester', secretAccessKey: 'correct-horse' };

/** A real S3 store on a free port with one bucket. The first start on a machine installs it, which takes minutes. */
export async function startS3(bucket = 'landing'): Promise<S3Server> {
  const installed = await ensureS3Server();
  const home = await mkdtemp(join(tmpdir(), 's3-server-'));
  const data = join(home, 'data');
  await mkdir(data);
  const secret_access_key_file = join(home, 'secret');
  await writeFile(secret_access_key_file, SECRETS.secretAccessKey, { mode: 0o600 });
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  const [program, args] =
    installed.kind === 'versitygw'
      ? [installed.program, ['--quiet', '--port', address, 'posix', data]]
      : [installed.python, ['-m', 'moto.server', '-H', '127.0.0.1', '-p', String(port)]];
  const env = { ROOT_ACCESS_KEY: SECRETS.accessKeyId, ROOT_SECRET_KEY: SECRETS.secretAccessKey };
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'pipe'] });
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const words: string[] = [];
  child.stderr.on('data', (chunk) => words.push(String(chunk)));
  const endpoint = `http://${address}`;
  const client = new S3Client({ region: REGION, endpoint, forcePathStyle: true, credentials: SECRETS, logger: SILENT });
  const stop = async () => {
    process.off('exit', endWithUs);
    client.destroy();
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await rm(home, { recursive: true, force: true });
  };
  try {
    await waitFor('the S3 store taking a bucket', () => client.send(new CreateBucketCommand({ Bucket: bucket })));
  } catch (error) {
    await stop();
    throw new Error(`The S3 store did not start.\n${words.join('')}`, { cause: error });
  }
  return {
    knowsSecrets: installed.kind === 'versitygw',
    settings: {
      kind: 's3',
      bucket,
      region: REGION,
      endpoint,
      force_path_style: true,
      access_key_id: SECRETS.accessKeyId,
      secret_access_key_file,
    },
    client,
    plant: async (keys) => {
      for (const key of keys) {
        if (installed.kind === 'moto') {
          await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: Buffer.from('x') }));
        } else {
          await mkdir(join(data, bucket, dirname(key)), { recursive: true });
          await writeFile(join(data, bucket, key), 'x');
        }
      }
    },
    stop,
  };
}
