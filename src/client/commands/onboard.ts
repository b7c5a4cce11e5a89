import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { Argument } from 'commander';
import { HUMAN_EVENTS, type HumanEvent } from '../../canonical/onboarding.js';
import type { Progress } from '../../workflows/onboarding-checklist.js';
import { InputRefused, Onboarding } from '../onboarding.js';
import { withClient } from '../with-client.js';

const MARK = { pending: ' ', waiting: '…', running: '▶', failed: '✗', done: '✓' } as const;

function readInput(text: string): unknown {
  const json = text.trimStart().startsWith('{') ? text : readFileSync(text, 'utf8');
  try {
    return JSON.parse(json);
  } catch {
    throw new InputRefused(
      'The onboarding input is not JSON; expected one object with legalName, gstin, erpType, contacts.',
    );
  }
}

function print({ distributorId, steps, notices, cancelled }: Progress): void {
  if (cancelled) console.log(`CANCELLED ${cancelled}; certificates and keys are revoked, held data is purged`);
  console.log(`distributor ${distributorId ?? '(not registered yet)'}`);
  for (const { number, name, status, owner, due, overdue, note } of steps) {
    const details =
      status === 'done' || status === 'pending'
        ? ''
        : ` — ${owner}, due ${due?.slice(0, 10)}${overdue ? ', OVERDUE' : ''}`;
    console.log(`${MARK[status]} ${String(number).padStart(2)} ${name}${details}${note ? ` (${note})` : ''}`);
  }
  for (const notice of notices) console.log(`! ${notice}`);
}

/** `altscore onboard …`: what Ops can also do in the Temporal UI. */
export function onboardCommands(program: Command): void {
  const onboard = program.command('onboard').description('start and steer the onboarding of a distributor');

  onboard
    .command('start <id> <input>')
    .description('start an onboarding; <input> is a JSON object or a file that holds one')
    .action((id: string, input: string) =>
      withClient(async (client) => {
        const { handle } = await Onboarding.start(client, id, readInput(input));
        console.log(`started ${handle.workflowId}; it waits for agreementSigned. See: altscore onboard status ${id}`);
      }),
    );
  onboard
    .command('status <id>')
    .description('the ten steps and what is waited for')
    .option('--json', 'as one JSON object')
    .action((id: string, { json }: { json?: boolean }) =>
      withClient(async (client) => {
        const progress = await Onboarding.open(client, id).progress();
        if (json) console.log(JSON.stringify(progress));
        else print(progress);
      }),
    );
  onboard
    .command('done <id>')
    .description('tell that a human step is done')
    .addArgument(new Argument('<event>', 'what happened').choices(HUMAN_EVENTS))
    .requiredOption('--by <who>', 'who says so')
    .requiredOption('--reference <text>', 'document, ticket or link')
    .option('--note <text>')
    .action((id: string, event: HumanEvent, options: { by: string; reference: string; note?: string }) =>
      withClient(async (client) => console.log(await Onboarding.open(client, id).tell(event, options))),
    );
  onboard
    .command('retry <id>')
    .description('try the failed step again')
    .requiredOption('--by <who>')
    .action((id: string, { by }: { by: string }) => withClient((client) => Onboarding.open(client, id).retry(by)));
  onboard
    .command('cancel <id>')
    .description('give up: revokes certificates and keys, purges held data')
    .requiredOption('--by <who>')
    .requiredOption('--reason <text>')
    .action((id: string, { by, reason }: { by: string; reason: string }) =>
      withClient((client) => Onboarding.open(client, id).cancel(by, reason)),
    );
}
