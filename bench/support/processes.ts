import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Stage } from '../../src/client/demo/stage.js';

/** Linux counts a process's time in hundredths of a second, whatever its own clock. */
const TICKS_A_SECOND = 100;

/** A stage that can be asked what its processes cost, as the operating system counts it. */
export class WatchedStage extends Stage {
  private readonly processes = new Map<string, ChildProcess>();

  override start(name: string, program: string, args: string[], env: Record<string, string> = {}): ChildProcess {
    const child = super.start(name, program, args, env);
    this.processes.set(name, child);
    return child;
  }

  /** Ends one process before the others; one that has ended already is no fault. */
  async end(name: string): Promise<void> {
    const child = this.processes.get(name);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    await ended;
  }

  /** The most memory a running process has held so far (VmHWM). */
  peakMiB(name: string): number {
    const status = readFileSync(`/proc/${this.processes.get(name)?.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+) kB/.exec(status)![1]) / 1024;
  }

  /** Processor seconds a running process has used so far. */
  processorSeconds(name: string): number {
    const stat = readFileSync(`/proc/${this.processes.get(name)?.pid}/stat`, 'utf8');
    const [userTicks, systemTicks] = stat
      .slice(stat.lastIndexOf(')') + 2)
      .split(' ')
      .slice(11, 13);
    return (Number(userTicks) + Number(systemTicks)) / TICKS_A_SECOND;
  }
}
