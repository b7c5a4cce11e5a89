import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export interface Mail {
  to: string[];
  /** Headers and body, quoted-printable undone. */
  text: string;
}

/** A real mail server on a free port, which keeps what it is given and can be told to refuse. */
export async function startMailServer(): Promise<{
  url: string;
  mails: Mail[];
  refuse: (answer: string | null) => void;
  close: () => Promise<void>;
}> {
  const mails: Mail[] = [];
  let refusal: string | null = null;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['AUTH', 'STARTTLS'],
    onRcptTo: ({ address }, _session, done) =>
      done(refusal ? Object.assign(new Error(`${refusal}: ${address}`), { responseCode: 451 }) : null),
    onData: (stream, session, done) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        mails.push({
          to: session.envelope.rcptTo.map(({ address }) => address),
          text: fromQuotedPrintable(Buffer.concat(chunks).toString('latin1')),
        });
        done();
      });
    },
  });
  const listening = server.listen(0, '127.0.0.1');
  await once(listening, 'listening');
  return {
    url: `smtp://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    mails,
    refuse: (answer) => {
      refusal = answer;
    },
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const fromQuotedPrintable = (text: string): string =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_all, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString('utf8');

export interface Hook {
  headers: IncomingHttpHeaders;
  body: string;
}

/** A real webhook receiver on a free port, which keeps what it is given and answers what it is told to. */
export async function startHookReceiver(): Promise<{
  url: string;
  hooks: Hook[];
  answer: (status: number, headers?: Record<string, string>) => void;
  close: () => Promise<void>;
}> {
  const hooks: Hook[] = [];
  let reply: { status: number; headers: Record<string, string> } = { status: 204, headers: {} };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    hooks.push({ headers: request.headers, body });
    response.writeHead(reply.status, reply.headers).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/alerts`,
    hooks,
    answer: (status, headers = {}) => {
      reply = { status, headers };
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
