import type { AlertSettings } from '../central-settings.js';
import { emailNotifier } from './email.js';
import type { Notifier } from './notifier.js';
import { webhookNotifier } from './webhook.js';

/** The ways out that the environment names; none is fine, alerts are then rows and log lines. */
export function openNotifiers({ email, webhook }: AlertSettings): Notifier[] {
  return [...(email ? [emailNotifier(email)] : []), ...(webhook ? [webhookNotifier(webhook)] : [])];
}
