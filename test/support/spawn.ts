import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { isAbsolute, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { ensureBuild } from '../../scripts/build.mjs';
import { waitFor } from './wait-for.js';

const DIST = fileURLToPath(new URL('../../dist', import.meta.url));

export interface Program {
  readonly pid: number;
  /** Every line it wrote so far, stdout and stderr in order of arrival. */
  readonly lines: readonly string[];
  /** The lines that are JSON objects: its log. */
  log(): Array<Record<string, unknown>>;
  waitForLine(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Its exit code when it ends by itself; null when a signal ended it. */
  ended(): Promise<number | null>;
  /** Ends it, SIGTERM unless told otherwise, and waits for that. No harm when it ended before. */
  end(signal?: NodeJS.Signals): Promise<number | null>;
}

/**
 * Starts one of the product's programs from dist/, building that when it is older than src/.
 * @param program a path inside dist/, such as `client/altscore.js`, or any program's absolute path
 */
export async function startProgram(
  program: string,
  args: string[] = [],
  { env = {}, cwd }: { env?: NodeJS.ProcessEnv; cwd?: string } = {},
): Promise<Program> {
  if (!isAbsolute(program)) await ensureBuild();
  const path = isAbsolute(program) ? program : join(DIST, program);
  const child = spawn(process.execPath, ['--enable-source-maps', path, ...args], {
    cwd,
    // Jest's own NODE_OPTIONS are not for the program.
    env: { ...process.env, NODE_OPTIONS: '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  await once(child, 'spawn');
  return followed(child);
}

function followed(child: ChildProcess): Program {
  const lines: string[] = [];
  for (const stream of [child.stdout!, child.stderr!]) createInterface(stream).on('line', (line) => lines.push(line));
  const endWithUs = () => void child.kill('SIGKILL');
  process.once('exit', endWithUs);
  const closed = once(child, 'close').then(() => {
    process.off('exit', endWithUs);
    return child.exitCode;
  });
  return {
    pid: child.pid!,
    lines,
    log: () => lines.flatMap(jsonObject),
    waitForLine: (pattern, timeoutMs) =>
      waitFor(`a line like ${pattern}`, () => lines.find((line) => pattern.test(line)), { timeoutMs }),
    ended: () => closed,
    end: async (signal = 'SIGTERM') => {
      child.kill(signal);
      return await closed;
    },
  };
}

function jsonObject(line: string): Array<Record<string, unknown>> {
  if (!line.startsWith('{')) return [];
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}
