import { createHmac } from 'node:crypto';
import { fetch } from 'undici';
import { NotDelivered, type Notice, type Notifier } from './notifier.js';

const ANSWER_MS = 15_000;

/**
 * POSTs each notice as JSON, `{type, timestamp, data}`, signed as standardwebhooks.com says: HMAC-SHA256 over
 * `id.timestamp.body`, in the headers webhook-id, webhook-timestamp, webhook-signature.
 *
 * @param secret the key's bytes
 */
export function webhookNotifier({ url, secret }: { url: string; secret: Buffer }): Notifier {
  return {
    name: 'webhook',
    personal: false,
    async tell(notice: Notice): Promise<void> {
      const now = new Date();
      const timestamp = Math.floor(now.getTime() / 1_000);
      const data = { title: notice.title, ...notice.data };
      const body = JSON.stringify({ type: notice.type, timestamp: now.toISOString(), data });
      const signature = createHmac('sha256', secret).update(`${notice.id}.${timestamp}.${body}`).digest('base64');
      let status: number;
      try {
        const response = await fetch(url, {
          method: 'POST',
          headers: {
            'content-type': 'application/json',
            'webhook-id': notice.id,
            'webhook-timestamp': String(timestamp),
            'webhook-signature': `v1,${signature}`,
          },
          body,
          // A signed notice goes to the address that was configured and to no other.
          redirect: 'manual',
          signal: AbortSignal.timeout(ANSWER_MS),
        });
        status = response.status;
        await response.body?.cancel();
      } catch {
        throw new NotDelivered('the receiver did not answer');
      }
      if (status < 200 || status > 299) throw new NotDelivered(`the receiver answered ${status}`);
    },
  };
}
