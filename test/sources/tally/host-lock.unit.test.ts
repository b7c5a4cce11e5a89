import { once } from 'node:events';
import { mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { ensureBuild } from '../../../scripts/build.mjs';
import { holdingHost } from '../../../src/sources/tally/host-lock.js';
import { type Program, startProgram } from '../../support/spawn.js';

const ASKING = fileURLToPath(new URL('./asking-program.mjs', import.meta.url));
const TIMES = 12;
const MS_PER_ANSWER = 15;

let folder: string;
let server: Server;
let port: number;
/** Requests that were under way at once, at most; and who asked, in order, by the path of the connection. */
let together: { now: number; most: number };
let programs: Program[];

beforeEach(async () => {
  await ensureBuild();
  folder = await mkdtemp(join(tmpdir(), 'host-lock-'));
  process.env.ALTSCORE_LOCK_DIR = folder;
  together = { now: 0, most: 0 };
  programs = [];
  server = createServer(async (request, response) => {
    together.now += 1;
    together.most = Math.max(together.most, together.now);
    request.resume();
    await wait(MS_PER_ANSWER);
    together.now -= 1;
    response.end('<ENVELOPE></ENVELOPE>');
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  port = (server.address() as AddressInfo).port;
});
afterEach(async () => {
  await Promise.all(programs.map((program) => program.end('SIGKILL')));
  server.close();
  delete process.env.ALTSCORE_LOCK_DIR;
  await rm(folder, { recursive: true, force: true });
});

async function asking(times: number, lockFolder = folder): Promise<Program> {
  const program = await startProgram(ASKING, [String(port), String(times)], { env: { ALTSCORE_LOCK_DIR: lockFolder } });
  programs.push(program);
  return program;
}

it('lets two programs ask one Tally one after the other, whatever they call it', async () => {
  const both = await Promise.all([asking(TIMES), asking(TIMES)]);
  await Promise.all(both.map((program) => program.waitForLine(/^done$/)));
  expect(together.most).toBe(1);
});

it('would see them ask at once if they had no lock in common', async () => {
  const other = await mkdtemp(join(tmpdir(), 'host-lock-other-'));
  try {
    const both = await Promise.all([asking(4 * TIMES), asking(4 * TIMES, other)]);
    await Promise.all(both.map((program) => program.waitForLine(/^done$/)));
    expect(together.most).toBe(2);
  } finally {
    await rm(other, { recursive: true, force: true });
  }
});

it('lets a program that waits come before one that asks again and again', async () => {
  let stopped = false;
  let turns = 0;
  const busy = (async () => {
    while (!stopped) {
      await holdingHost('127.0.0.1', port, () => wait(MS_PER_ANSWER));
      turns += 1;
    }
  })();
  const program = await asking(TIMES);
  await program.waitForLine(/^started$/);
  const before = turns;
  await program.waitForLine(/^done$/);
  const meanwhile = turns - before;
  stopped = true;
  await busy;
  expect(meanwhile).toBeLessThan(5 * TIMES);
});

it('frees the lock of a program that was killed, once it has not been heard of for long enough', async () => {
  const program = await asking(0);
  await program.waitForLine(/^holding$/);
  await program.end('SIGKILL');
  const [held] = await readdir(folder);
  const lock = join(folder, held!);
  const { mtimeMs } = await stat(lock);
  let isHeld = false;
  const mine = holdingHost('127.0.0.1', port, async () => {
    isHeld = true;
  });
  await wait(300);
  expect(isHeld).toBe(false);
  await utimes(lock, new Date(mtimeMs - 11_000), new Date(mtimeMs - 11_000));
  await mine;
  expect(isHeld).toBe(true);
});

it.each([
  ['no folder', '/dev/null/locks'],
  ['a folder in which nothing can be made', '/proc'],
])('says in one sentence that its place is %s', async (_what, place) => {
  process.env.ALTSCORE_LOCK_DIR = place;
  await expect(holdingHost('127.0.0.1', port, async () => undefined)).rejects.toMatchObject({
    name: 'SourceMisconfigured',
    code: 'SETTINGS_INVALID',
    message: expect.stringMatching(
      /^The lock of this Tally cannot be made in \/\S+ \(E[A-Z]+\): expected a folder that may be written to, named by ALTSCORE_LOCK_DIR\.$/,
    ),
  });
});
