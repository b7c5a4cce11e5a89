import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface PartOptions {
  name: string;
  program: string;
  args: string[];
  env?: Record<string, string>;
  logFile: string;
  /** True once it does its work. An error counts as "not yet". */
  isReady: (lines: readonly string[]) => Promise<boolean> | boolean;
  /** Processes besides its own that die with it. */
  alsoKilled?: () => number[];
}

const READY_WITHIN_MS = 90_000;
/** As systemd and Docker do with what ends by itself. */
const RESTART_AFTER_MS = 500;
const STOP_MS = 8_000;

/** A part of the product: one process, started again when it ends by itself, killed as a power cut would. */
export class Part {
  private child: ChildProcess | null = null;
  private lines: string[] = [];
  private readonly log: WriteStream;
  private wanted = false;
  /** How often it ended although nobody killed it, such as when what it needs was away at its start. */
  endedByItself = 0;

  constructor(private readonly options: PartOptions) {
    this.log = createWriteStream(options.logFile, { flags: 'a' });
    process.once('exit', () => this.kill());
  }

  get name(): string {
    return this.options.name;
  }

  async start(): Promise<void> {
    this.wanted = true;
    this.spawn();
    await this.ready();
  }

  private spawn(): void {
    const { program, args, env } = this.options;
    const lines: string[] = [];
    this.lines = lines;
    const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk) => lines.push(String(chunk)));
      stream.pipe(this.log, { end: false });
    }
    child.once('exit', () => {
      if (!this.wanted || this.child !== child) return;
      this.endedByItself += 1;
      setTimeout(() => {
        if (this.wanted && this.child === child) this.spawn();
      }, RESTART_AFTER_MS);
    });
  }

  /** @throws when it does not come up */
  async ready(): Promise<void> {
    const giveUp = AbortSignal.timeout(READY_WITHIN_MS);
    while (!giveUp.aborted) {
      try {
        if (await this.options.isReady(this.lines)) return;
      } catch {
        // Not yet.
      }
      await sleep(50);
    }
    throw new Error(`${this.name} did not come up: ${this.lines.join('').trim().slice(-1_000)}`);
  }

  /** SIGKILL, then nothing of it runs for `pauseMs`, then it is started again and waited for. */
  async killAndRestart(pauseMs: number): Promise<void> {
    this.kill();
    await sleep(pauseMs);
    await this.start();
  }

  private kill(): void {
    this.wanted = false;
    if (this.child === null || this.child.exitCode !== null || this.child.signalCode !== null) return;
    for (const pid of this.options.alsoKilled?.() ?? []) process.kill(pid, 'SIGKILL');
    this.child.kill('SIGKILL');
  }

  async end(): Promise<void> {
    this.wanted = false;
    const { child } = this;
    if (child && child.exitCode === null && child.signalCode === null) {
      const ended = once(child, 'exit');
      child.kill('SIGTERM');
      const killing = setTimeout(() => this.kill(), STOP_MS);
      await ended;
      clearTimeout(killing);
    }
    this.log.end();
  }
}
