import { z } from 'zod';

/** Configuration: an environment variable of the platform is missing or wrong. */
export class SettingsRefused extends Error {
  override readonly name = 'SettingsRefused';
}

const port = z.coerce.number('expected a port number').int().min(0).max(65_535, 'expected a port up to 65535');
const list = z
  .string()
  .transform((text) =>
    text
      .split(',')
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  )
  .pipe(z.array(z.string()).min(1, 'expected names separated by commas'));

const isHttpsOrLocal = (address: string): boolean =>
  URL.canParse(address) && /^(https:|http:\/\/(localhost|127\.0\.0\.1)[:/])/.test(new URL(address).href);

/** The environment of the platform's own processes, in one place. Unknown variables are none of its business. */
const Environment = z.object({
  DATABASE_URL: z.string().regex(/^postgres(ql)?:\/\//, 'expected a postgres:// address'),
  TEMPORAL_ADDRESS: z
    .string()
    .regex(/^[^\s:]+:\d+$/, 'expected host:port')
    .default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('default'),
  /** Folder made by `openSecrets(folder, {init: true})`. */
  SECRETS_DIR: z.string().min(1, 'expected a folder'),
  /** Listener for connectors (mTLS). */
  INGEST_HOST: z.string().min(1).default('0.0.0.0'),
  INGEST_PORT: port.default(8443),
  /** Listener for the Admin Service and pages; plain HTTP, so loopback unless a TLS proxy stands in front. */
  ADMIN_HOST: z.string().min(1).default('127.0.0.1'),
  ADMIN_PORT: port.default(8080),
  /** Names and addresses the ingest listener's certificate is made for. */
  SERVER_NAMES: list.default(['localhost', '127.0.0.1']),
  /** What connectors are told to call; default `https://<first server name>:<ingest port>/v1/ingest/batch`. */
  PUBLIC_INGEST_URL: z.url({ protocol: /^https$/, error: 'expected an https:// address' }).optional(),
  /** Where the platform's own worker and commands reach the admin listener; default this machine. */
  ADMIN_URL: z.url({ protocol: /^https?$/, error: 'expected an http(s):// address' }).optional(),
  /** Where one-time bundle links point; default the admin listener's own address. */
  PUBLIC_ADMIN_URL: z.url({ protocol: /^https?$/, error: 'expected an http(s):// address' }).optional(),
  /** Of one file that is uploaded by hand. */
  UPLOAD_MAX_MIB: z.coerce.number('expected a number of MiB').int().min(1).max(1_048_576).default(2_048),
  INGEST_REQUESTS_PER_MINUTE: z.coerce.number('expected a number').int().min(1).default(1_200),
  /** Mail server of alerts and the daily report: smtp:// (with STARTTLS, unless on this machine) or smtps://. */
  SMTP_URL: z.url({ protocol: /^smtps?$/, error: 'expected an smtp:// or smtps:// address' }).optional(),
  ALERT_FROM: z.email('expected an e-mail address').optional(),
  /** Who is told at AltScore. */
  OPS_EMAIL: z.email('expected an e-mail address').optional(),
  /** Hears of every alert, signed as standardwebhooks.com says. */
  ALERT_WEBHOOK_URL: z
    .url('expected an https:// address')
    .refine(isHttpsOrLocal, 'expected an https:// address')
    .optional(),
  ALERT_WEBHOOK_SECRET: z
    .string()
    .regex(/^whsec_[A-Za-z0-9+/]{32,}={0,2}$/, 'expected whsec_ and 24 to 64 bytes in base64')
    .optional(),
  /** Makes the worker a version of its deployment, such as a commit; without it, it is unversioned. */
  WORKER_BUILD_ID: z
    .string()
    .regex(/^[\w.+-]{1,100}$/, 'expected letters, digits and . + - _, such as 0.1.0-4f2a9c1')
    .optional(),
  /** `self`: a version takes over as it starts; `operator`: when somebody says so with Temporal's command line. */
  WORKER_PROMOTION: z.enum(['self', 'operator'], 'expected self or operator').default('self'),
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
});

/** Variables that say nothing by themselves. */
const WholeEnvironment = Environment.superRefine((given, check) => {
  const needs = (name: keyof typeof given, others: Array<keyof typeof given>): void => {
    for (const other of others) {
      if (given[name] !== undefined && given[other] === undefined)
        check.addIssue({ code: 'custom', path: [other], message: `expected, since ${name} is set` });
    }
  };
  needs('SMTP_URL', ['ALERT_FROM', 'OPS_EMAIL']);
  needs('ALERT_WEBHOOK_URL', ['ALERT_WEBHOOK_SECRET']);
});

export interface AlertSettings {
  opsEmail: string | null;
  email: { smtpUrl: string; from: string } | null;
  webhook: { url: string; secret: Buffer } | null;
}

export interface CentralSettings {
  databaseUrl: string;
  temporal: { address: string; namespace: string };
  secretsDir: string;
  ingest: { host: string; port: number; serverNames: string[]; publicUrl: string | null; requestsPerMinute: number };
  admin: { host: string; port: number; callUrl: string; publicUrl: string | null; maxUploadBytes: number };
  alerts: AlertSettings;
  /** Null: unversioned. */
  workerVersion: { buildId: string; promotesItself: boolean } | null;
  logLevel: z.infer<typeof Environment>['LOG_LEVEL'];
}

type Given = Record<string, string | undefined>;

/** @throws SettingsRefused with one sentence a fault: which variable, what was expected (never its value). */
function read<Settings>(schema: z.ZodType<Settings>, environment: Given): Settings {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { success, data, error } = schema.safeParse(given);
  if (success) return data;
  const faults = error.issues.map((issue) => {
    const name = issue.path.join('.');
    return name in given ? `${name}: ${issue.message}.` : `${name} is not set.`;
  });
  throw new SettingsRefused(`The environment does not describe the platform: ${faults.join(' ')}`);
}

const adminUrlOf = ({ ADMIN_URL, ADMIN_PORT }: { ADMIN_URL?: string; ADMIN_PORT: number }): string =>
  ADMIN_URL ?? `http://127.0.0.1:${ADMIN_PORT}`;

/** All that those need who only start and steer workflows. */
export function readTemporalSettings(environment: Given): CentralSettings['temporal'] {
  const data = read(Environment.pick({ TEMPORAL_ADDRESS: true, TEMPORAL_NAMESPACE: true }), environment);
  return { address: data.TEMPORAL_ADDRESS, namespace: data.TEMPORAL_NAMESPACE };
}

/** All that those need who only make secrets or call the Admin Service. */
export function readSecretsSettings(environment: Given): { secretsDir: string; adminUrl: string } {
  const data = read(Environment.pick({ SECRETS_DIR: true, ADMIN_URL: true, ADMIN_PORT: true }), environment);
  return { secretsDir: data.SECRETS_DIR, adminUrl: adminUrlOf(data) };
}

export function readCentralSettings(environment: Given): CentralSettings {
  const data = read(WholeEnvironment, environment);
  return {
    databaseUrl: data.DATABASE_URL,
    temporal: { address: data.TEMPORAL_ADDRESS, namespace: data.TEMPORAL_NAMESPACE },
    secretsDir: data.SECRETS_DIR,
    ingest: {
      host: data.INGEST_HOST,
      port: data.INGEST_PORT,
      serverNames: data.SERVER_NAMES,
      publicUrl: data.PUBLIC_INGEST_URL ?? null,
      requestsPerMinute: data.INGEST_REQUESTS_PER_MINUTE,
    },
    admin: {
      host: data.ADMIN_HOST,
      port: data.ADMIN_PORT,
      callUrl: adminUrlOf(data),
      publicUrl: data.PUBLIC_ADMIN_URL ?? null,
      maxUploadBytes: data.UPLOAD_MAX_MIB * 1024 ** 2,
    },
    alerts: alertSettingsOf(data),
    workerVersion: data.WORKER_BUILD_ID
      ? { buildId: data.WORKER_BUILD_ID, promotesItself: data.WORKER_PROMOTION === 'self' }
      : null,
    logLevel: data.LOG_LEVEL,
  };
}

function alertSettingsOf(data: z.infer<typeof Environment>): AlertSettings {
  const { SMTP_URL, ALERT_FROM, OPS_EMAIL, ALERT_WEBHOOK_URL, ALERT_WEBHOOK_SECRET } = data;
  return {
    opsEmail: OPS_EMAIL ?? null,
    email: SMTP_URL && ALERT_FROM ? { smtpUrl: SMTP_URL, from: ALERT_FROM } : null,
    webhook:
      ALERT_WEBHOOK_URL && ALERT_WEBHOOK_SECRET
        ? { url: ALERT_WEBHOOK_URL, secret: Buffer.from(ALERT_WEBHOOK_SECRET.slice('whsec_'.length), 'base64') }
        : null,
  };
}
