import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';
import { FAULT_KINDS } from './faults.js';
import type { TallySimulator } from './index.js';
import { MUTATION_KINDS } from './mutations.js';

const Fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  on: z
    .array(
      z.enum([
        'status',
        'company',
        'group',
        'ledger',
        'vouchertype',
        'voucher',
        'voucher-register',
        'day-book',
        'list-of-accounts',
        'bills-receivable',
        'unknown',
      ]),
    )
    .optional(),
  times: z.number().int().min(1).optional(),
  after: z.number().int().min(0).optional(),
  amount: z.number().optional(),
});
const Mutation = z.strictObject({
  kind: z.enum(MUTATION_KINDS),
  guid: z.string().optional(),
  date: z.iso.date().optional(),
  amountPaise: z.number().int().optional(),
  days: z.number().int().optional(),
  to: z.string().optional(),
});
const count = z.number().int().min(0).optional();
const DayOfTrade = z.strictObject({ sales: count, receipts: count, edits: count, cancels: count });
const Today = z.strictObject({ date: z.iso.date() });
const Online = z.strictObject({ online: z.boolean() });

type Handler = (body: unknown) => unknown;

/** The simulator's remote control: JSON over HTTP, on the loopback, for tests in other processes. */
export async function startControl(simulator: TallySimulator, port: number): Promise<{ port: number; server: Server }> {
  const routes: Record<string, Handler> = {
    'GET /totals': () => simulator.totals(),
    'GET /requests': () => simulator.requests,
    'DELETE /requests': () => {
      simulator.requests.length = 0;
      return {};
    },
    'GET /faults': () => simulator.faults(),
    'POST /faults': (body) => {
      simulator.setFault(Fault.parse(body));
      return simulator.faults();
    },
    'DELETE /faults': () => {
      simulator.clearFaults();
      return {};
    },
    'POST /mutate': (body) => simulator.mutate(Mutation.parse(body)),
    'POST /day-of-trade': (body) => simulator.dayOfTrade(DayOfTrade.parse(body)),
    'POST /today': (body) => {
      simulator.setToday(Today.parse(body).date);
      return {};
    },
    'POST /online': async (body) => {
      await (Online.parse(body).online ? simulator.goOnline() : simulator.goOffline());
      return {};
    },
  };
  const server = createServer((request, response) => {
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
  return { port: (server.address() as AddressInfo).port, server };
}
