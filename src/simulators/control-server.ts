import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

/** Answers `GET /totals` and the like; gets the request's JSON and returns what is answered. Throws what is wrong. */
export type ControlRoutes = Record<string, (body: unknown) => unknown>;

/** A simulator's remote control: JSON over HTTP, on the loopback, for tests in other processes. Port 0 takes a free one. */
export async function startControlServer(
  routes: ControlRoutes,
  port: number,
): Promise<{ port: number; close: () => Promise<void> }> {
  const server: Server = createServer((request, response) => {
    const reply = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      response.end(JSON.stringify(value));
    };
    const run = async (): Promise<void> => {
      const route = routes[`${request.method} ${(request.url ?? '').split('?')[0]}`];
      if (!route)
        return reply(404, {
          error: `there is no ${request.method} ${request.url}; there are ${Object.keys(routes).join(', ')}`,
        });
      const body = await text(request);
      reply(200, await route(body ? JSON.parse(body) : {}));
    };
    run().catch((error: unknown) => {
      const message =
        error instanceof z.ZodError ? z.prettifyError(error) : error instanceof Error ? error.message : String(error);
      reply(400, { error: message });
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
