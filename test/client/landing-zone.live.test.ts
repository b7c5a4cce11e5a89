// The landing zone as docker/landing-zone sets it up, with a real sshd. Its accounts are in a copy of /etc that only that sshd sees.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import SftpClient from 'ssh2-sftp-client';
import { landingZoneCommands } from '../../src/client/commands/landing-zone.js';
import { freePort } from '../support/free-port.js';

const ZONE = fileURLToPath(new URL('../../docker/landing-zone', import.meta.url));
const SSHD = '/usr/sbin/sshd';
const [ANN, BEN] = ['dist_ann1', 'dist_ben2'];

const canRun =
  process.getuid?.() === 0 &&
  existsSync(SSHD) &&
  spawnSync('unshare', ['--mount', 'true'], { stdio: 'ignore' }).status === 0;
const why = canRun ? '' : ' (skipped: needs root, sshd and a mount namespace of its own)';

(canRun ? describe : describe.skip)(`the landing zone${why}`, () => {
  let home: string;
  let port: number;
  let server: ReturnType<typeof spawn>;
  let said: jest.SpiedFunction<typeof console.log>;
  const open: SftpClient[] = [];

  beforeAll(async () => {
    home = await mkdtemp(join(tmpdir(), 'landing-zone-'));
    await chmod(home, 0o755);
    for (const folder of ['etc', 'srv', 'run']) await mkdir(join(home, folder), { mode: 0o755 });
    await cp(ZONE, join(home, 'zone'), { recursive: true });
    port = await freePort();
    const script = `
      cp -a /etc/. ${home}/etc
      for folder in etc srv run; do mount --bind ${home}/$folder /$folder; done
      mkdir -p /run/sshd /etc/altscore/landing-keys /etc/altscore/landing-host-keys
      cp ${home}/zone/sshd_config /etc/altscore/sshd_config
      ssh-keygen -q -t ed25519 -N '' -f /etc/altscore/landing-host-keys/ssh_host_ed25519_key
      for id in ${ANN} ${BEN} ${ANN}; do sh ${home}/zone/add-distributor $id; done
      exec ${SSHD} -D -e -f /etc/altscore/sshd_config -p ${port} -o ListenAddress=127.0.0.1`;
    server = spawn('unshare', ['--mount', 'sh', '-ec', script], { stdio: ['ignore', 'inherit', 'pipe'] });
    const words: string[] = [];
    for await (const line of createInterface(server.stderr!)) {
      words.push(line);
      if (line.startsWith('Server listening')) break;
    }
    if (server.exitCode !== null || !words.at(-1)?.startsWith('Server listening')) throw new Error(words.join('\n'));
    server.stderr!.resume();
    for (const name of [ANN, BEN]) spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(home, name)]);
    said = jest.spyOn(console, 'log').mockImplementation(() => {});
    for (const name of [ANN, BEN]) await altscore('add-key', name, '--key', join(home, `${name}.pub`));
    expect(said.mock.calls.flat()[0]).toMatch(/^dist_ann1 may enter with SHA256:/);
  });
  afterAll(async () => {
    said?.mockRestore();
    for (const client of open) await client.end();
    server.kill('SIGKILL');
    await once(server, 'exit');
    await rm(home, { recursive: true });
  });

  const altscore = (...args: string[]): Promise<Command> => {
    const files = new Command('files');
    landingZoneCommands(files);
    return files.parseAsync([...args, '--keys-dir', join(home, 'etc/altscore/landing-keys')], { from: 'user' });
  };
  const enter = async (user: string, keyOf = user): Promise<SftpClient> => {
    const client = new SftpClient('landing', {});
    await client.connect({
      host: '127.0.0.1',
      port,
      username: user,
      privateKey: await readFile(join(home, keyOf)),
    });
    open.push(client);
    return client;
  };
  /** As the process that ingests, outside of every root of sshd's. */
  const ingestion = (command: string): string => {
    const { stdout, stderr, status } = spawnSync(
      'setpriv',
      ['--reuid=1000', '--regid=1000', '--groups=6100', 'sh', '-ec', `umask 077; ${command}`],
      { cwd: join(home, 'srv/landing', ANN), encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(stderr);
    return stdout;
  };

  it('takes files that the ingestion reads and puts away, and shows them to nobody', async () => {
    const ann = await enter(ANN);
    await ann.put(Buffer.from('abc'), '/in/x.csv.part', { writeStreamOptions: { mode: 0o600 } });
    await ann.posixRename('/in/x.csv.part', '/in/x.csv');
    await expect(ann.list('/in')).rejects.toThrow(/Permission denied/);
    expect(ingestion('ls in; cat in/x.csv; mv in/x.csv done/in/x.csv')).toBe('x.csv\nabc');
    for (const path of ['/done', '/done/in']) await expect(ann.list(path)).rejects.toThrow(/Permission denied/);
    await expect(ann.get('/done/in/x.csv')).rejects.toThrow();
  });

  it('shows what became of them, and lets nobody write it', async () => {
    ingestion('echo line,code > failed/in/x.csv.errors.csv');
    const ann = await enter(ANN);
    expect((await ann.list('/failed/in')).map(({ name }) => name)).toEqual(['x.csv.errors.csv']);
    expect(String(await ann.get('/failed/in/x.csv.errors.csv'))).toBe('line,code\n');
    for (const path of ['/failed/y', '/failed/in/y', '/done/y', '/y']) {
      await expect(ann.put(Buffer.from('y'), path)).rejects.toThrow(/Permission denied/);
    }
    await expect(ann.delete('/failed/in/x.csv.errors.csv')).rejects.toThrow(/Permission denied/);
  });

  it('holds each in a root of its own', async () => {
    const [ann, ben] = [await enter(ANN), await enter(BEN)];
    await ben.put(Buffer.from('of Ben'), '/in/known.csv');
    expect((await ann.list('/')).map(({ name }) => name).sort()).toEqual(['done', 'failed', 'in']);
    for (const path of [
      '/in/known.csv',
      `/../${BEN}/in/known.csv`,
      `/srv/landing/${BEN}/in/known.csv`,
      '/etc/passwd',
    ]) {
      await expect(ann.get(path)).rejects.toThrow(/No such file/);
    }
    const { sftp } = ann as unknown as { sftp: Linkable };
    expect(await new Promise((done) => sftp.symlink('/in/known.csv', '/in/link', done))).toMatchObject({ code: 3 });
  });

  it('lets nobody in with another’s key, or with a password', async () => {
    await expect(enter(ANN, BEN)).rejects.toThrow(/authentication methods failed/);
    const byPassword = new SftpClient('landing', {});
    const access = { host: '127.0.0.1', port, username: ANN, password: '*' };
    await expect(byPassword.connect(access)).rejects.toThrow(/authentication methods failed/);
  });

  it('gives neither a shell nor a way to other ports', async () => {
    // Not even where somebody wrote the file of keys by hand, without `restrict`.
    const keys = join(home, 'etc/altscore/landing-keys', BEN);
    await writeFile(keys, (await readFile(keys, 'utf8')).replace('restrict ', ''));
    const { client } = (await enter(BEN)) as unknown as { client: Ssh };
    const answered = await new Promise<string>((resolve, reject) =>
      client.exec('id; cat /etc/passwd', (error, channel) => {
        if (error) return reject(error);
        const words: unknown[] = [];
        channel.on('data', (word) => words.push(word)).on('close', () => resolve(words.join('')));
        channel.end();
      }),
    );
    expect(answered).not.toMatch(/uid|root/);
    const noTerminal = new Promise((resolve) => client.exec('id', { pty: true }, resolve));
    expect(await noTerminal).toBeInstanceOf(Error);
    expect(
      await new Promise((resolve) => client.forwardOut('127.0.0.1', 1, '127.0.0.1', port, resolve)),
    ).toBeInstanceOf(Error);
    expect(await new Promise((resolve) => client.forwardIn('127.0.0.1', 0, resolve))).toBeInstanceOf(Error);
  });

  it('lets a removed key no longer in, and the others as before', async () => {
    await (await enter(ANN)).list('/failed');
    await altscore('remove-key', ANN);
    expect(said.mock.lastCall).toEqual(['1 key of dist_ann1 removed']);
    await expect(enter(ANN)).rejects.toThrow(/authentication methods failed/);
    await (await enter(BEN)).list('/failed');
    await expect(altscore('remove-key', ANN)).rejects.toThrow('dist_ann1 has no such key');
  });
});

interface Ssh {
  exec(command: string, answer: (error: Error | undefined, channel: Channel) => void): void;
  exec(command: string, options: { pty: true }, answer: (error: Error | undefined) => void): void;
  forwardOut(fromHost: string, fromPort: number, host: string, port: number, answer: (error: unknown) => void): void;
  forwardIn(host: string, port: number, answer: (error: unknown) => void): void;
}
interface Channel {
  on(event: 'data' | 'close', listener: (word: unknown) => void): Channel;
  end(): void;
}
interface Linkable {
  symlink(target: string, path: string, answer: (error: unknown) => void): void;
}
