import { SourceUnavailable } from '../errors.js';
import {
  type Answer,
  CODES,
  isLoginRefused,
  isSessionOver,
  NO_SUCH_COMPANY,
  parseJson,
  serviceErrorOf,
  switchError,
} from './answer.js';
import { SapBusy, SapMisconfigured } from './errors.js';
import type { SapSettings } from './settings.js';
import type { ServiceWire } from './wire.js';

export type ApiVersion = 'v1' | 'v2';

/** A session that is open, as the cookies of its answers have made it. */
interface OpenSession {
  version: ApiVersion;
  cookies: Map<string, string>;
  /** SAP forgets a session that rests this long. */
  restMs: number;
  usedAtMs: number;
}

const MINUTE_MS = 60_000;
const DEFAULT_TIMEOUT_MINUTES = 30;
/** SAP's clock and ours need not agree to the second. */
const SAFE_SHARE = 0.9;

/**
 * The one session with a company: opened by the first who needs it while all others wait, renewed once when SAP says
 * that it is over, given back when nobody uses it. A refused login is not tried again: SAP locks the account after a few.
 */
export class Session {
  #current: Promise<OpenSession> | null = null;
  #version: ApiVersion | null;
  #refused: SapMisconfigured | null = null;
  #inUse = 0;
  #givingBack: NodeJS.Timeout | null = null;

  constructor(
    private readonly settings: SapSettings,
    private readonly wire: ServiceWire,
  ) {
    this.#version = settings.apiVersion === 'auto' ? null : settings.apiVersion;
  }

  /**
   * Runs an exchange under the session, and once more under a new one when SAP says that it is over.
   *
   * @throws SapMisconfigured LOGIN_REFUSED, COMPANY_UNKNOWN, NOT_SERVICE_LAYER; SapBusy
   */
  async within(exchange: (base: string, cookie: string) => Promise<Answer>): Promise<Answer> {
    this.#inUse += 1;
    try {
      const first = await this.#open();
      const answer = await this.#ask(first, exchange);
      if (isLoginRefused(answer)) throw this.#refuse();
      if (!isSessionOver(answer)) return answer;
      const renewed = await this.#renew(first);
      const again = await this.#ask(renewed, exchange);
      if (!isSessionOver(again)) return again;
      throw new SourceUnavailable(
        'SAP Business One ended a session that had just begun: expected it to last; a balancer may send its requests to a node that does not know it.',
      );
    } finally {
      this.#inUse -= 1;
      if (this.#inUse === 0) this.#giveBackLater();
    }
  }

  /** Which API the Service Layer offers, of those that may be spoken. */
  async version(): Promise<ApiVersion> {
    return (await this.#open()).version;
  }

  /** Gives the session back, so that its licence is free. What cannot be given back ends by itself. */
  async close(): Promise<void> {
    if (this.#givingBack) clearTimeout(this.#givingBack);
    this.#givingBack = null;
    const current = this.#current;
    this.#current = null;
    const session = await current?.catch(() => null);
    if (!session) return;
    await this.wire.logout(`/b1s/${session.version}/Logout`, { cookie: cookieOf(session) }).catch(() => undefined);
  }

  async #ask(session: OpenSession, exchange: (base: string, cookie: string) => Promise<Answer>): Promise<Answer> {
    const answer = await exchange(`/b1s/${session.version}`, cookieOf(session));
    keep(session, answer.cookies);
    session.usedAtMs = performance.now();
    return answer;
  }

  async #open(): Promise<OpenSession> {
    const current = this.#current ?? this.#begin();
    const session = await current;
    if (performance.now() - session.usedAtMs < session.restMs) return session;
    return this.#renew(session);
  }

  /** Everybody who saw the same session end waits for the same new one. */
  async #renew(ended: OpenSession): Promise<OpenSession> {
    const current = this.#current;
    if (current && (await current) !== ended) return current;
    return this.#current === current ? this.#begin() : this.#open();
  }

  #begin(): Promise<OpenSession> {
    const beginning = this.#login();
    this.#current = beginning;
    beginning.catch(() => {
      if (this.#current === beginning) this.#current = null;
    });
    return beginning;
  }

  async #login(): Promise<OpenSession> {
    if (this.#refused) throw this.#refused;
    for (const version of this.#version === null ? (['v2', 'v1'] as const) : [this.#version]) {
      const answer = await this.#postLogin(version);
      // A release without v2 does not know the address.
      if (answer.status === 404 && version === 'v2' && this.#version === null) continue;
      this.#judge(answer);
      this.#version = version;
      return opened(version, answer);
    }
    throw notServiceLayer(404);
  }

  #postLogin(version: ApiVersion): Promise<Answer> {
    const { companyDb, userName, password } = this.settings;
    const credentials = { CompanyDB: companyDb, UserName: userName, Password: password };
    return this.wire.login(`/b1s/${version}/Login`, credentials);
  }

  #judge(answer: Answer): void {
    if (answer.status === 200 || answer.status === 204) return;
    const error = serviceErrorOf(answer);
    if (switchError(error) === NO_SUCH_COMPANY) {
      throw new SapMisconfigured(
        'COMPANY_UNKNOWN',
        `SAP Business One knows no company database "${this.settings.companyDb}" (Switch company error: ${NO_SUCH_COMPANY}): expected erp.company_name to be one.`,
      );
    }
    if (isTransient(answer)) {
      throw new SapBusy(
        `SAP Business One answered the login with ${answer.status}${error ? ` / ${error.code}` : ''}: expected a session.`,
      );
    }
    if (answer.status === 401 || answer.status === 403 || error?.code === CODES.loginRefused)
      throw this.#refuse(answer);
    throw notServiceLayer(answer.status);
  }

  #refuse(answer?: Answer): SapMisconfigured {
    const code = answer ? serviceErrorOf(answer)?.code : CODES.loginRefused;
    this.#refused = new SapMisconfigured(
      'LOGIN_REFUSED',
      `SAP Business One refused the login of the service user (401${code ? ` / ${code}` : ''}): expected its name in erp.user_name, its password in the file of erp.password_path, and a licence. It is not tried again before the connector is restarted, since SAP locks an account after a few refused logins.`,
    );
    this.#current = null;
    return this.#refused;
  }

  #giveBackLater(): void {
    if (this.#givingBack) clearTimeout(this.#givingBack);
    this.#givingBack = setTimeout(() => {
      if (this.#inUse === 0) void this.close();
    }, this.settings.idleLogoutMs);
    this.#givingBack.unref();
  }
}

const notServiceLayer = (status: number): SapMisconfigured =>
  new SapMisconfigured(
    'NOT_SERVICE_LAYER',
    `The login was answered with HTTP status ${status}: expected the Service Layer of SAP Business One on this host and port, with the API version of erp.api_version.`,
  );

/** A company being switched to, a node that is restarted, a balancer without nodes: asked again, it may be well. */
export const isTransient = (answer: Answer): boolean =>
  answer.status >= 500 || answer.status === 429 || answer.status === 408;

function opened(version: ApiVersion, answer: Answer): OpenSession {
  const body = parseJson(answer.text) as { SessionId?: unknown; SessionTimeout?: unknown } | undefined;
  const session: OpenSession = {
    version,
    cookies: new Map(),
    restMs: restMsOf(body?.SessionTimeout),
    usedAtMs: performance.now(),
  };
  if (typeof body?.SessionId === 'string') session.cookies.set('B1SESSION', body.SessionId);
  keep(session, answer.cookies);
  if (!session.cookies.has('B1SESSION')) {
    throw new SapBusy('SAP Business One answered the login without a session: expected the cookie B1SESSION.');
  }
  return session;
}

const restMsOf = (minutes: unknown): number =>
  (typeof minutes === 'number' && minutes > 0 ? minutes : DEFAULT_TIMEOUT_MINUTES) * MINUTE_MS * SAFE_SHARE;

/** The session's own cookie and the balancer's, which names the node that knows it. */
function keep({ cookies }: OpenSession, set: string[]): void {
  for (const cookie of set) {
    const [, name, value] = /^([\w.-]{1,64})=([\x21-\x3a\x3c-\x7e]{0,512})$/.exec(cookie) ?? [];
    if (name !== undefined) cookies.set(name, value!);
  }
}
const cookieOf = ({ cookies }: OpenSession): string =>
  [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
