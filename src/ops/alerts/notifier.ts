import type { Role } from './decisions.js';

/** What people and programs are told. No personal data, no addresses. */
export interface Notice {
  /** The same for every try, so that a receiver can drop what it has already. */
  id: string;
  type: 'alert.raised' | 'report.daily';
  title: string;
  text: string;
  /** For programs. */
  data: Record<string, unknown>;
}

export interface Recipient {
  role: Role;
  address: string;
}

/** Transient or configuration: a notice did not get out. Never quotes the server, whose answer may quote an address. */
export class NotDelivered extends Error {
  override readonly name = 'NotDelivered';
}

/** A way out to people or programs. */
export interface Notifier {
  readonly name: 'email' | 'webhook';
  /** Tells each recipient by itself; otherwise there is one receiver, and `recipient` is null. */
  readonly personal: boolean;
  /** @throws NotDelivered */
  tell(notice: Notice, recipient: Recipient | null): Promise<void>;
}

/** One thing to deliver. `key` names way and role, as kept in the store: what got out is not sent again. */
export interface Delivery {
  key: string;
  send(): Promise<void>;
}

/** All deliveries of a notice; an address that stands for several roles hears once. */
export function deliveriesOf(notice: Notice, notifiers: readonly Notifier[], recipients: Recipient[]): Delivery[] {
  const people = recipients.filter(
    ({ address }, index) => recipients.findIndex((other) => other.address === address) === index,
  );
  return notifiers.flatMap((notifier): Delivery[] =>
    notifier.personal
      ? people.map((recipient) => ({
          key: `${notifier.name} to ${recipient.role}`,
          send: () => notifier.tell(notice, recipient),
        }))
      : [{ key: notifier.name, send: () => notifier.tell(notice, null) }],
  );
}

/** Sends all of them at once. Answers what got out, and what did not and why, a sentence each. */
export async function deliver(deliveries: Delivery[]): Promise<{ delivered: string[]; faults: string[] }> {
  const ended = await Promise.allSettled(deliveries.map((delivery) => delivery.send()));
  const delivered: string[] = [];
  const faults: string[] = [];
  for (const [index, outcome] of ended.entries()) {
    const { key } = deliveries[index]!;
    if (outcome.status === 'fulfilled') delivered.push(key);
    else faults.push(`${key}: ${outcome.reason instanceof NotDelivered ? outcome.reason.message : 'not delivered'}`);
  }
  return { delivered, faults };
}
