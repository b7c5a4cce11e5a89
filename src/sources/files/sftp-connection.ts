import { createHash } from 'node:crypto';
import SftpClient from 'ssh2-sftp-client';
import { SourceMisconfigured, SourceUnavailable } from '../errors.js';

export interface SftpAccess {
  host: string;
  port: number;
  userName: string;
  /** `SHA256:…`, as OpenSSH prints it; any of them will do. */
  hostKeyFingerprints: string[];
  password: string | null;
  /** PEM or OpenSSH's own form, without a passphrase. */
  privateKey: string | null;
  timeoutMs: number;
}

type SftpChannel = Awaited<ReturnType<SftpClient['connect']>>;
interface Connected {
  channel: SftpChannel;
  client: SftpClient;
}
type Answer<Result> = (error: Error | null | undefined, result?: Result) => void;
export type Send<Result> = (channel: SftpChannel, answer: Answer<Result>) => void;

/** Status codes of SFTP, version 3. */
export const STATUS = { noSuchFile: 2, permissionDenied: 3, unsupported: 8 } as const;
/** A peer that is silent this many times the interval is gone. */
const KEEPALIVE = { keepaliveInterval: 10_000, keepaliveCountMax: 3 };

/** One connection to an SFTP server, made when it is needed and again after it was lost. */
export class SftpConnection {
  /** As it begins a sentence. */
  readonly place: string;
  #connection: Promise<Connected> | null = null;
  /** That of #connection, also before it is ready. */
  #client: SftpClient | null = null;

  constructor(private readonly access: SftpAccess) {
    this.place = `The SFTP server ${access.host}:${access.port}`;
  }

  /**
   * One request. Errors with a status of SFTP are passed on, since it depends on the request what they mean.
   *
   * @throws SourceUnavailable, SourceMisconfigured
   */
  async request<Result = void>(send: Send<Result>): Promise<Result> {
    const { channel, client } = await this.#connected();
    return await new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#drop(client);
        reject(this.#away(`no answer in ${this.access.timeoutMs / 1000} s`));
      }, this.access.timeoutMs);
      const answer: Answer<Result> = (error, result) => {
        clearTimeout(timer);
        if (!error) resolve(result as Result);
        else if (typeof (error as { code?: unknown }).code === 'number') reject(error);
        else reject(this.#away('the connection was lost'));
      };
      try {
        send(channel, answer);
      } catch (error) {
        // Thrown by the library itself, for a request that the server does not know.
        answer(Object.assign(error as Error, { code: STATUS.unsupported }));
      }
    });
  }

  /** What a status says that is none of the request's own. */
  fault(status: number): SourceUnavailable | SourceMisconfigured {
    if (status === STATUS.permissionDenied || status === STATUS.noSuchFile) {
      const why = status === STATUS.noSuchFile ? 'does not find the folder' : 'refuses us';
      return new SourceMisconfigured(`${this.place} ${why}: expected a folder that this user may read and write.`);
    }
    return this.#away(`status ${status}`);
  }

  async close(): Promise<void> {
    const connected = await this.#connection?.catch(() => null);
    if (connected) this.#drop(connected.client);
  }

  #connected(): Promise<Connected> {
    this.#connection ??= this.#connect();
    return this.#connection;
  }

  async #connect(): Promise<Connected> {
    const { host, port, userName, password, privateKey, timeoutMs } = this.access;
    const client = new SftpClient('files', {});
    let cause: unknown;
    client.on('error', (error) => {
      cause ??= error;
    });
    client.on('close', () => this.#drop(client));
    this.#client = client;
    let shown: string | null = null;
    try {
      const channel = await client.connect({
        host,
        port,
        username: userName,
        ...(password !== null && { password }),
        ...(privateKey !== null && { privateKey }),
        hostVerifier: (key: Buffer) => {
          shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
          return this.access.hostKeyFingerprints.includes(shown);
        },
        readyTimeout: timeoutMs,
        ...KEEPALIVE,
      });
      // An answer that is no SFTP; without a listener it would end the process.
      channel.on('error', () => this.#drop(client));
      return { channel, client };
    } catch (error) {
      this.#drop(client);
      throw this.#refusal(cause ?? error, shown);
    }
  }

  #refusal(error: unknown, shown: string | null): Error {
    const { level, code, message } = error as { level?: string; code?: unknown; message: string };
    if (shown !== null && !this.access.hostKeyFingerprints.includes(shown)) {
      return new SourceMisconfigured(
        `${this.place} shows the host key ${shown}: expected one of host_key_fingerprints. Ask its operator whether the key was changed.`,
      );
    }
    if (level === 'client-authentication') {
      return new SourceMisconfigured(
        `${this.place} refuses us: expected the user name and password or key that it knows.`,
      );
    }
    if (/privateKey|passphrase/i.test(message)) {
      return new SourceMisconfigured(
        `The private key for the SFTP server ${this.access.host} cannot be used: expected one in PEM or OpenSSH’s form, without a passphrase.`,
      );
    }
    if (level === 'handshake') {
      return new SourceMisconfigured(
        `${this.place} has no way of encryption in common with us: expected a current one.`,
      );
    }
    return this.#away(typeof code === 'string' && code.startsWith('E') ? code : 'no answer');
  }

  #away(why: string): SourceUnavailable {
    return new SourceUnavailable(`${this.place} cannot be used now (${why}): expected it to answer.`);
  }

  #drop(client: SftpClient): void {
    (client as unknown as { client: { destroy(): void } }).client.destroy();
    if (this.#client !== client) return;
    this.#client = null;
    this.#connection = null;
  }
}
