// Starts, once for all live tests, one PostgreSQL and one Temporal server; global-teardown.ts ends them.
// Jest runs this file and what it imports outside its own module system, which alone takes `.js` for `.ts`: hence the `.ts` here.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from './postgres-server.ts';
import { startTemporal } from './temporal-server.ts';

/** What global-teardown.ts has to do: it runs in this process, but not with this module. */
declare global {
  var endings: Array<() => Promise<void>> | undefined;
}

/**
 * Tells test files, in their processes' environment, where the servers are, TEST_POSTGRES_URL and TEST_TEMPORAL_ADDRESS, and
 * which folder they share, TEST_SHARED_FOLDER.
 */
export default async function globalSetup(): Promise<void> {
  globalThis.endings = [];
  try {
    const [postgres, temporal] = await Promise.allSettled([startPostgres(), startTemporal()]);
    for (const started of [postgres, temporal]) {
      if (started.status === 'fulfilled') globalThis.endings.push(started.value.stop);
    }
    if (postgres.status === 'rejected') throw postgres.reason;
    if (temporal.status === 'rejected') throw temporal.reason;
    process.env.TEST_POSTGRES_URL = postgres.value.url;
    process.env.TEST_TEMPORAL_ADDRESS = temporal.value.address;
    const sharedFolder = await mkdtemp(join(tmpdir(), 'live-shared-'));
    globalThis.endings.push(() => rm(sharedFolder, { recursive: true, force: true }));
    process.env.TEST_SHARED_FOLDER = sharedFolder;
  } catch (error) {
    for (const end of globalThis.endings) await end();
    throw error;
  }
}
