// Runs other programs for the scripts beside it.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

/** The project's folder, with no slash at its end. */
export const root = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/**
 * Runs a program to its end.
 * @param {string} program
 * @param {string[]} args
 * @param {{env?: NodeJS.ProcessEnv, output?: 'inherit' | 'keep'}} [options] `keep` collects stdout and stderr instead of showing them
 * @returns {Promise<{code: number, output: string}>} 128 + n when a signal ended it; 127 when there is no such program
 */
export function run(program, args, { env = process.env, output = 'inherit' } = {}) {
  return new Promise((resolve) => {
    const stdio = output === 'keep' ? ['ignore', 'pipe', 'pipe'] : 'inherit';
    const child = spawn(program, args, { cwd: root, env, stdio });
    const chunks = [];
    child.stdout?.on('data', (chunk) => chunks.push(chunk));
    child.stderr?.on('data', (chunk) => chunks.push(chunk));
    child.once('error', (error) => resolve({ code: 127, output: error.message }));
    child.once('close', (code, signal) =>
      resolve({ code: code ?? 128 + (constants.signals[signal] ?? 0), output: Buffer.concat(chunks).toString('utf8') }),
    );
  });
}
