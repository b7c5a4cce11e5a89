import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { freePort } from '../support/free-port.js';
import { SlowLine } from './slow-line.js';

const ONE_WAY_MS = 20;

describe('a slow line', () => {
  const opened: Array<Server | SlowLine> = [];

  async function far(answer: (socket: Socket) => void): Promise<number> {
    const server = createServer({ allowHalfOpen: true }, answer);
    opened.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  async function near(targetPort: number): Promise<Socket> {
    const line = await SlowLine.start(targetPort, ONE_WAY_MS);
    opened.push(line);
    return connect({ port: line.port, host: '127.0.0.1' });
  }

  afterEach(() => {
    for (const one of opened.splice(0)) one.close();
  });

  it('lets every byte through in its order, both ways, and the ends after them', async () => {
    const sent = randomBytes(1_000_000);
    const socket = await near(
      await far((other) => {
        const received = createHash('sha256');
        other.on('data', (chunk) => received.update(chunk)).once('end', () => other.end(received.digest('hex')));
      }),
    );
    socket.end(sent);
    expect(String(await buffer(socket))).toBe(createHash('sha256').update(sent).digest('hex'));
  });

  it('is cut for the near end when the far one dies', async () => {
    const socket = await near(await far((other) => void other.once('data', () => other.resetAndDestroy())));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    socket.write('a request');
    await closed;
  });

  it('ends at once where nobody is at the far end', async () => {
    const socket = await near(await freePort());
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => {}).resume();
    await closed;
  });
});
