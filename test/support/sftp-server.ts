import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureSftpPython } from '../../scripts/test-servers.mjs';
import { freePort } from './free-port.js';

const SCRIPT = fileURLToPath(new URL('sftp_server.py', import.meta.url));

export interface SftpServer {
  /** On this machine: what the user sees as `/`. */
  folder: string;
  /** As `FileSourceSettings` takes it, with the key; a password is in `passwordFile`. */
  settings: {
    kind: 'sftp';
    host: string;
    port: number;
    path: string;
    user_name: string;
    private_key_file: string;
    host_key_fingerprints: string[];
  };
  passwordFile: string;
  /** As a power cut does. */
  kill(): Promise<void>;
  /** After `kill`, on the same port and with the same keys. */
  restart(): Promise<void>;
  /** Ends it and removes its folders. */
  stop(): Promise<void>;
}

/** A real SFTP server on a free port. The first start on a machine installs it. */
export async function startSftp(): Promise<SftpServer> {
  const python = await ensureSftpPython();
  const home = await mkdtemp(join(tmpdir(), 'sftp-server-'));
  const folder = join(home, 'files');
  const secrets = join(home, 'secrets');
  await mkdir(folder);
  await mkdir(secrets);
  const passwordFile = join(secrets, 'password');
  await writeFile(passwordFile, 'correct horse\n', { mode: 0o600 });
  const port = await freePort();
  const start = () => startServer(python, [SCRIPT, String(port), folder, secrets]);
  let running = await start();
  const kill = async () => {
    running.child.kill('SIGKILL');
    await running.ended;
  };
  return {
    folder,
    settings: {
      kind: 'sftp',
      host: '127.0.0.1',
      port,
      path: '/',
      user_name: 'tester',
      private_key_file: join(secrets, 'user_key'),
      host_key_fingerprints: [running.fingerprint],
    },
    passwordFile,
    kill,
    restart: async () => {
      running = await start();
    },
    stop: async () => {
      await kill();
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function startServer(python: string, args: string[]) {
  // It ends with its standard input, thus with us.
  const child = spawn(python, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const ended = once(child, 'close');
  const words: string[] = [];
  child.stderr.on('data', (chunk) => words.push(String(chunk)));
  for await (const fingerprint of createInterface(child.stdout)) return { child, ended, fingerprint };
  throw new Error(`The SFTP server did not start.\n${words.join('')}`);
}
