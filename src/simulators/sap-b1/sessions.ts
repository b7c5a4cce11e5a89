import { randomUUID } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { invalidSession, loginRefused, SapError } from './errors.js';

export interface SessionOptions {
  database: string;
  user: string;
  password: string;
  /** Idle minutes after which a session ends; each request begins them anew. */
  sessionTimeoutMinutes: number;
  /** Workers behind the balancer; each knows its own sessions only. */
  nodes: number;
  /** Wrong passwords in a row after which the user is locked. */
  lockAfter: number;
}

export interface Session {
  id: string;
  /** The balancer's name for the worker that holds it: `.node1`. */
  route: string;
  usedAtMs: number;
}

/** Who is logged in where, and who may no longer try. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  #logins = 0;
  #wrongPasswords = 0;

  constructor(readonly options: SessionOptions) {}

  get open(): number {
    return this.#sessions.size;
  }

  get locked(): boolean {
    return this.#wrongPasswords >= this.options.lockAfter;
  }

  unlock(): void {
    this.#wrongPasswords = 0;
  }

  login(body: unknown): Session {
    const given = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
    if (given.CompanyDB !== this.options.database) throw new SapError(500, 305, 'Switch company error: -5027');
    if (this.locked) throw loginRefused();
    if (given.UserName !== this.options.user || given.Password !== this.options.password) {
      this.#wrongPasswords += 1;
      throw loginRefused();
    }
    this.#wrongPasswords = 0;
    this.#logins += 1;
    const route = `.node${((this.#logins - 1) % this.options.nodes) + 1}`;
    const session: Session = { id: randomUUID(), route, usedAtMs: performance.now() };
    this.#sessions.set(session.id, session);
    return session;
  }

  /**
   * The session of a request's cookies. Without the right ROUTEID the balancer takes another worker, who knows nothing
   * of the session.
   */
  find(cookies: ReadonlyMap<string, string>): Session {
    const session = this.#sessions.get(cookies.get('B1SESSION') ?? '');
    if (!session) throw invalidSession();
    const now = performance.now();
    if (now - session.usedAtMs > this.options.sessionTimeoutMinutes * 60_000) {
      this.#sessions.delete(session.id);
      throw invalidSession();
    }
    if (this.options.nodes > 1 && cookies.get('ROUTEID') !== session.route) throw invalidSession();
    session.usedAtMs = now;
    return session;
  }

  logout(session: Session): void {
    this.#sessions.delete(session.id);
  }

  /** Ends all of them, as a restart of the service does. */
  endAll(): void {
    this.#sessions.clear();
  }
}

export function cookiesOf(header: string | undefined): Map<string, string> {
  const cookies = new Map<string, string>();
  for (const part of (header ?? '').split(';')) {
    const at = part.indexOf('=');
    if (at > 0) cookies.set(part.slice(0, at).trim(), part.slice(at + 1).trim());
  }
  return cookies;
}
