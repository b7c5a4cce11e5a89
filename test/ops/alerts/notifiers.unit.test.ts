import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import type { Notice } from '../../../src/ops/alerts/notifier.js';
import { openNotifiers } from '../../../src/ops/alerts/open-notifiers.js';
import { startHookReceiver, startMailServer } from './receivers.js';

const secret = randomBytes(32);
const notice: Notice = {
  id: 'alert_7_0',
  type: 'alert.raised',
  title: '[AltScore Connect] critical: A run was aborted (dist_0a1b2c3d)',
  text: 'A run was aborted – read the reason.\n',
  data: { alert_id: 7, rule: 'sync_aborted' },
};
let mail: Awaited<ReturnType<typeof startMailServer>>;
let hook: Awaited<ReturnType<typeof startHookReceiver>>;
beforeAll(async () => {
  mail = await startMailServer();
  hook = await startHookReceiver();
});
afterAll(async () => {
  await mail.close();
  await hook.close();
});
beforeEach(() => {
  mail.refuse(null);
  hook.answer(204);
  mail.mails.length = 0;
  hook.hooks.length = 0;
});

const email = () =>
  openNotifiers({ opsEmail: null, email: { smtpUrl: mail.url, from: 'alerts@altscore.test' }, webhook: null })[0]!;
const webhook = () => openNotifiers({ opsEmail: null, email: null, webhook: { url: hook.url, secret } })[0]!;
const distributorIt = { role: 'distributor' as const, address: 'it@sharma.test' };

describe('mail', () => {
  it('reaches its recipient as plain text, under an id that is the same for each try', async () => {
    await email().tell(notice, distributorIt);
    await email().tell(notice, distributorIt);
    expect(mail.mails.map(({ to }) => to)).toEqual([['it@sharma.test'], ['it@sharma.test']]);
    for (const { text } of mail.mails) {
      expect(text).toContain('Message-ID: <alert_7_0.distributor@altscore.test>');
      expect(text).toContain('Auto-Submitted: auto-generated');
      expect(text).toMatch(/Subject: \[AltScore Connect\] critical: A run was aborted/);
      expect(text).toContain('A run was aborted – read the reason.');
      expect(text).toContain('Content-Type: text/plain');
    }
  });

  it('that is refused says so without the address, which the server’s answer quotes', async () => {
    mail.refuse('mailbox busy');
    const refused = await email()
      .tell(notice, distributorIt)
      .catch((error) => error);
    expect(refused).toMatchObject({ name: 'NotDelivered', message: expect.stringContaining('451') });
    expect(refused.message).not.toContain('sharma');
  });

  it('does not go out unencrypted to another machine', async () => {
    const { hostname, port } = new URL(mail.url);
    expect(hostname).toBe('127.0.0.1');
    // The same server by a name that is not taken for this machine.
    const smtpUrl = `smtp://[::ffff:127.0.0.1]:${port}`;
    const [remote] = openNotifiers({ opsEmail: null, email: { smtpUrl, from: 'alerts@altscore.test' }, webhook: null });
    await expect(remote!.tell(notice, distributorIt)).rejects.toThrow('(ETLS');
    expect(mail.mails).toEqual([]);
  });

  it('that nobody takes fails within its time', async () => {
    const gone = await startMailServer();
    await gone.close();
    const [dead] = openNotifiers({
      opsEmail: null,
      email: { smtpUrl: gone.url, from: 'a@altscore.test' },
      webhook: null,
    });
    await expect(dead!.tell(notice, distributorIt)).rejects.toThrow(/ECONNREFUSED|ESOCKET/);
  });
});

describe('the webhook', () => {
  it('is signed so that any Standard Webhooks library accepts it, and none when a byte was changed', async () => {
    await webhook().tell(notice, null);
    const [{ headers, body }] = hook.hooks as [{ headers: Record<string, string>; body: string }];
    const receiver = new Webhook(secret.toString('base64'));
    expect(receiver.verify(body, headers)).toMatchObject({
      type: 'alert.raised',
      data: { alert_id: 7, rule: 'sync_aborted', title: notice.title },
    });
    expect(headers['webhook-id']).toBe('alert_7_0');
    expect(() => receiver.verify(body.replace('7', '8'), headers)).toThrow();
  });

  it.each([400, 500, 410])('answered %i is not delivered', async (status) => {
    hook.answer(status);
    await expect(webhook().tell(notice, null)).rejects.toThrow(`the receiver answered ${status}`);
  });

  it('is not sent on to where the receiver points', async () => {
    const elsewhere = await startHookReceiver();
    hook.answer(307, { location: elsewhere.url });
    await expect(webhook().tell(notice, null)).rejects.toThrow('the receiver answered 307');
    expect(elsewhere.hooks).toEqual([]);
    await elsewhere.close();
  });
});
