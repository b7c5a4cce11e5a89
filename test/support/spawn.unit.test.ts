import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startProgram } from './spawn.js';
import { NeverHappened } from './wait-for.js';

describe('programs that tests start', () => {
  let folder: string;
  const written = async (code: string) => {
    const path = join(folder, 'program.mjs');
    await writeFile(path, code);
    return path;
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'programs-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('one that serves is waited for by its words, read by its log, and ended by its id', async () => {
    const server = await startProgram(
      await written(`
        console.log('listening on 4711');
        console.error(JSON.stringify({ level: 40, msg: process.argv[2] + process.env.GREETED }));
        process.on('SIGTERM', () => process.exit(7));
        setInterval(() => {}, 1000);
      `),
      ['hello '],
      { env: { GREETED: 'world' } },
    );
    await server.waitForLine(/listening on \d+/);
    await server.waitForLine(/hello/);
    expect(server.log()).toEqual([{ level: 40, msg: 'hello world' }]);
    expect(await server.end()).toBe(7);
    expect(() => process.kill(server.pid, 0)).toThrow(/ESRCH/);
  });

  it('one that ends by itself answers its exit code, and ending it again does no harm', async () => {
    const program = await startProgram(await written('process.exitCode = 2;'));
    expect(await program.ended()).toBe(2);
    expect(await program.end()).toBe(2);
  });

  it('a line that never comes is told as such', async () => {
    const program = await startProgram(await written('setInterval(() => {}, 1000);'));
    await expect(program.waitForLine(/ready/, 100)).rejects.toThrow(NeverHappened);
    expect(await program.end('SIGKILL')).toBeNull();
  });
});
