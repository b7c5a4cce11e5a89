import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Connection } from '@temporalio/client';
import { ensureTemporalCli } from '../../scripts/temporal-cli.mjs';
import { freePort } from './free-port.ts';
import { NAMESPACES } from './namespaces.ts';
import { SEARCH_ATTRIBUTES } from './search-attributes.ts';
import { waitFor } from './wait-for.ts';

/** A Temporal development server on a free port, kept in memory, that can skip time (see temporal.ts). */
export async function startTemporal(): Promise<{ address: string; stop: () => Promise<void> }> {
  const cli = await ensureTemporalCli();
  const port = await freePort();
  const server = spawn(
    cli,
    [
      ...['server', 'start-dev', '--headless', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'error'],
      ...['--dynamic-config-value', 'frontend.WorkflowTimeSkippingEnabled=true'],
      ...NAMESPACES.flatMap((name) => ['--namespace', name]),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
    ],
    { stdio: ['ignore', 'pipe', 'pipe'] },
  );
  const words: string[] = [];
  server.stdout.on('data', (chunk) => words.push(String(chunk)));
  server.stderr.on('data', (chunk) => words.push(String(chunk)));
  // A run that ends without its teardown takes the server with it.
  const endWithUs = () => void server.kill();
  process.once('exit', endWithUs);
  const stop = async () => {
    process.off('exit', endWithUs);
    await end(server);
  };
  const address = `127.0.0.1:${port}`;
  try {
    await waitFor('Temporal answering', async () => {
      if (server.exitCode !== null) return true;
      const connection = await Connection.connect({ address, connectTimeout: '1s' });
      await connection.workflowService.describeNamespace({ namespace: 'default' }).finally(() => connection.close());
      return true;
    });
    if (server.exitCode !== null) throw new Error(`it ended with code ${server.exitCode}`);
  } catch (error) {
    await stop();
    throw new Error(`Temporal did not start.\n${words.join('')}`, { cause: error });
  }
  return { address, stop };
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGTERM');
  await once(server, 'exit');
}
