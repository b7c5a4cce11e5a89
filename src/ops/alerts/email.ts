import { createTransport } from 'nodemailer';
import { NotDelivered, type Notice, type Notifier, type Recipient } from './notifier.js';

const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
const ANSWER_MS = 20_000;

/** Plain-text mail by SMTP. Without TLS it goes nowhere but to this machine. */
export function emailNotifier({ smtpUrl, from }: { smtpUrl: string; from: string }): Notifier {
  const { hostname, protocol } = new URL(smtpUrl);
  const transport = createTransport({
    url: smtpUrl,
    requireTLS: protocol === 'smtp:' && !LOOPBACK.test(hostname),
    connectionTimeout: 10_000,
    greetingTimeout: 10_000,
    socketTimeout: ANSWER_MS,
  });
  const domain = from.slice(from.lastIndexOf('@') + 1);
  return {
    name: 'email',
    personal: true,
    async tell(notice: Notice, recipient: Recipient | null): Promise<void> {
      if (!recipient) throw new NotDelivered('a mail needs a recipient');
      try {
        await transport.sendMail({
          from,
          to: recipient.address,
          subject: notice.title,
          text: notice.text,
          messageId: `<${notice.id}.${recipient.role}@${domain}>`,
          // Nobody's holiday answer shall come back.
          headers: { 'Auto-Submitted': 'auto-generated' },
          disableFileAccess: true,
          disableUrlAccess: true,
        });
      } catch (error) {
        const { code, responseCode } = error as { code?: string; responseCode?: number };
        throw new NotDelivered(`the mail server did not take it (${[code, responseCode].filter(Boolean).join(' ')})`);
      }
    },
  };
}
