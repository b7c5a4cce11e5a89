import { Client, Connection } from '@temporalio/client';

/** A client of the platform's Temporal; `close` ends its connection. */
export async function connectClient(temporal: {
  address: string;
  namespace: string;
}): Promise<Client & { close(): Promise<void> }> {
  const connection = await Connection.connect({ address: temporal.address });
  const client = new Client({ connection, namespace: temporal.namespace });
  return Object.assign(client, { close: () => connection.close() });
}
