import { describe, expect, it } from '@jest/globals';
import { readCentralSettings, SettingsRefused } from '../../src/ops/central-settings.js';

const least = { DATABASE_URL: 'postgres://altscore:secret@db:5432/altscore', SECRETS_DIR: '/run/secrets/altscore' };
const refusal = (environment: Record<string, string | undefined>): string => {
  try {
    readCentralSettings(environment);
  } catch (error) {
    expect(error).toBeInstanceOf(SettingsRefused);
    return (error as Error).message;
  }
  throw new Error('was not refused');
};

describe('the environment of the platform', () => {
  it('needs a database and a secrets folder, the rest has defaults', () => {
    expect(readCentralSettings({ ...least, PATH: '/usr/bin', ADMIN_PORT: '' })).toMatchObject({
      databaseUrl: least.DATABASE_URL,
      secretsDir: least.SECRETS_DIR,
      temporal: { address: '127.0.0.1:7233', namespace: 'default' },
      ingest: { host: '0.0.0.0', port: 8443, serverNames: ['localhost', '127.0.0.1'], publicUrl: null },
      admin: { host: '127.0.0.1', port: 8080, publicUrl: null },
      logLevel: 'info',
    });
  });

  it('reads lists and numbers', () => {
    const settings = readCentralSettings({ ...least, INGEST_PORT: '443', SERVER_NAMES: 'api.altscore.in, 10.0.0.5 ,' });
    expect(settings.ingest).toMatchObject({ port: 443, serverNames: ['api.altscore.in', '10.0.0.5'] });
  });

  it('names every variable that is missing or wrong, and what was expected', () => {
    const message = refusal({
      DATABASE_URL: 'mysql://root:hunter2@db/x',
      INGEST_PORT: '99999',
      TEMPORAL_ADDRESS: 'temporal',
    });
    expect(message).toContain('SECRETS_DIR is not set.');
    expect(message).toContain('DATABASE_URL: expected a postgres:// address.');
    expect(message).toContain('INGEST_PORT: expected a port up to 65535.');
    expect(message).toContain('TEMPORAL_ADDRESS: expected host:port.');
  });

  it('never repeats a value, which may be a password', () => {
    expect(refusal({ ...least, DATABASE_URL: 'mysql://root:hunter2@db/x' })).not.toContain('hunter2');
  });

  it('asks for https where connectors are sent', () => {
    expect(refusal({ ...least, PUBLIC_INGEST_URL: 'http://api.altscore.in/v1/ingest/batch' })).toContain(
      'PUBLIC_INGEST_URL: expected an https:// address.',
    );
  });

  it('reads where alerts go, and none is fine', () => {
    expect(readCentralSettings(least).alerts).toEqual({ opsEmail: null, email: null, webhook: null });
    const { alerts } = readCentralSettings({
      ...least,
      SMTP_URL: 'smtps://mailer:hunter2@mail.altscore.in',
      ALERT_FROM: 'alerts@altscore.in',
      OPS_EMAIL: 'ops@altscore.in',
      ALERT_WEBHOOK_URL: 'https://hooks.altscore.in/alerts',
      ALERT_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
    });
    expect(alerts).toEqual({
      opsEmail: 'ops@altscore.in',
      email: { smtpUrl: 'smtps://mailer:hunter2@mail.altscore.in', from: 'alerts@altscore.in' },
      webhook: { url: 'https://hooks.altscore.in/alerts', secret: Buffer.alloc(32, 7) },
    });
  });

  it('asks for what a mail server or a webhook needs besides', () => {
    const message = refusal({ ...least, SMTP_URL: 'smtp://mail.altscore.in', ALERT_WEBHOOK_URL: 'https://hooks.in/a' });
    expect(message).toContain('ALERT_FROM is not set. OPS_EMAIL is not set. ALERT_WEBHOOK_SECRET is not set.');
  });

  it.each([
    ['SMTP_URL', 'http://mail.altscore.in/hunter2', 'expected an smtp:// or smtps:// address'],
    ['ALERT_WEBHOOK_URL', 'http://hooks.altscore.in/hunter2', 'expected an https:// address'],
    ['ALERT_WEBHOOK_URL', 'http://localhost.altscore.in/hunter2', 'expected an https:// address'],
    ['ALERT_WEBHOOK_SECRET', 'hunter2', 'expected whsec_ and 24 to 64 bytes in base64'],
    ['OPS_EMAIL', 'hunter2', 'expected an e-mail address'],
  ])('refuses a %s of another kind', (name, value, expected) => {
    const message = refusal({ ...least, [name]: value });
    expect(message).toContain(`${name}: ${expected}.`);
    expect(message).not.toContain('hunter2');
  });

  it('reads which version the worker is, and whether it takes over by itself', () => {
    expect(readCentralSettings(least).workerVersion).toBeNull();
    const named = { ...least, WORKER_BUILD_ID: '0.1.0-4f2a9c1' };
    expect(readCentralSettings(named).workerVersion).toEqual({ buildId: '0.1.0-4f2a9c1', promotesItself: true });
    expect(readCentralSettings({ ...named, WORKER_PROMOTION: 'operator' }).workerVersion).toMatchObject({
      promotesItself: false,
    });
    expect(refusal({ ...least, WORKER_BUILD_ID: 'a b' })).toContain('WORKER_BUILD_ID: expected letters, digits');
    expect(refusal({ ...least, WORKER_PROMOTION: 'nobody' })).toContain('WORKER_PROMOTION: expected self or operator.');
  });
});
