import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server } from 'node:net';
import { pipeline, Transform } from 'node:stream';

/** What a distributor's line to the centre does: bytes pass both ways unchanged, each some time later. Ends pass like bytes. */
export class SlowLine {
  private constructor(private readonly server: Server) {}

  /** @param oneWayMs how long a byte is under way, in either direction */
  static async start(targetPort: number, oneWayMs: number): Promise<SlowLine> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
      const far = connect({ port: targetPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
      pipeline(near, later(oneWayMs), far, ended);
      pipeline(far, later(oneWayMs), near, ended);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new SlowLine(server);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** No new connections; those there are end with their ends. */
  close(): void {
    this.server.close();
  }
}

/** One end died, or nobody was there: the pipeline has cut the other one off already. */
const ended = (): void => undefined;

/** Timers of one length fire in the order they were set, so that bytes keep theirs. */
const later = (ms: number): Transform =>
  new Transform({
    transform(chunk, _encoding, taken) {
      setTimeout(() => this.push(chunk), ms);
      taken();
    },
    flush(done) {
      setTimeout(done, ms);
    },
  });
