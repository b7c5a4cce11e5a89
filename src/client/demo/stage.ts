import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, createWriteStream, mkdirSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const DIST = fileURLToPath(new URL('../..', import.meta.url));
/** Long enough for what is under way to be finished, short enough for an impatient Ctrl-C. */
const STOP_MS = 8_000;

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}

/** Asks until it answers; a machine that starts five servers at once may take a while. */
export async function until<T>(what: string, probe: () => Promise<T | null>, timeoutMs = 60_000): Promise<T> {
  const giveUp = AbortSignal.timeout(timeoutMs);
  let last: unknown;
  while (!giveUp.aborted) {
    try {
      const answer = await probe();
      if (answer !== null) return answer;
    } catch (error) {
      last = error;
    }
    await pause(100);
  }
  throw new Error(`${what} did not happen within ${timeoutMs / 1000} s.`, { cause: last });
}

/** The processes of a demonstration, each with a log file of its own; all end with `strike`. */
export class Stage {
  private readonly endings: Array<() => Promise<void>> = [];
  private readonly children: Array<{ name: string; child: ChildProcess }> = [];

  constructor(readonly folder: string) {
    mkdirSync(join(folder, 'logs'), { recursive: true });
    // As root, PostgreSQL runs as a user of its own, who must be able to pass through.
    chmodSync(folder, 0o711);
  }

  /** Starts one of our own programs, or with an absolute path any other. */
  start(name: string, program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
    const ours = !program.startsWith('/');
    const log = createWriteStream(join(this.folder, 'logs', `${name}.log`));
    const child = spawn(ours ? process.execPath : program, ours ? [join(DIST, program), ...args] : args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.pipe(log, { end: false });
    child.stderr.pipe(log, { end: false });
    this.children.push({ name, child });
    return child;
  }

  /** Runs one of our own programs to its end. @throws with its last words when it fails */
  async run(name: string, program: string, args: string[], env: Record<string, string> = {}): Promise<void> {
    const child = this.start(name, program, args, env);
    const words: string[] = [];
    child.stderr?.on('data', (chunk) => words.push(String(chunk)));
    child.stdout?.on('data', (chunk) => words.push(String(chunk)));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${name} ended with code ${code}: ${words.join('').trim().split('\n').at(-1)}`);
  }

  /** Starts one of our own programs and waits for the JSON it prints when it is ready. */
  async startAndHear<T>(name: string, program: string, args: string[]): Promise<T> {
    const child = this.start(name, program, args);
    const ended = once(child, 'close').then(() => {
      throw new Error(`${name} ended before it was ready.`);
    });
    ended.catch(() => undefined);
    const [line] = await Promise.race([once(createInterface(child.stdout!), 'line'), ended]);
    return JSON.parse(String(line)) as T;
  }

  /** Something to end with the rest, such as a connection. */
  onStrike(end: () => Promise<void>): void {
    this.endings.unshift(end);
  }

  /** Ends everything, last started first. */
  async strike(): Promise<void> {
    for (const end of this.endings.splice(0)) await end();
    for (const { child } of this.children.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
      await ended;
      clearTimeout(killing);
    }
    this.children.length = 0;
  }
}
