import { readTemporalSettings } from '../ops/central-settings.js';
import { connectClient } from './connect.js';

/** A client for as long as `work` takes, to the Temporal that the environment names. */
export async function withClient<T>(
  work: (client: Awaited<ReturnType<typeof connectClient>>) => Promise<T>,
): Promise<T> {
  const client = await connectClient(readTemporalSettings(process.env));
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
