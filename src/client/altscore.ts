#!/usr/bin/env node
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { Command } from 'commander';
import { bridgeCommands } from './commands/bridge.js';
import { fileCommands } from './commands/files.js';
import { inspectCommand } from './commands/inspect.js';
import { onboardCommands } from './commands/onboard.js';
import { platformCommands } from './commands/platform.js';
import { syncCommands } from './commands/sync.js';

const program = new Command('altscore').description(
  "AltScore's centre: platform processes, onboarding, syncs, files, vouchers",
);
platformCommands(program);
onboardCommands(program);
syncCommands(program);
fileCommands(program);
bridgeCommands(program);
inspectCommand(program);

try {
  await program.parseAsync();
} catch (failure) {
  // Why a workflow refused an update stands in the cause.
  const error = failure instanceof WorkflowUpdateFailedError ? failure.cause : failure;
  // One sentence for people; a stack only where our own code is at fault and DEBUG asks for it.
  console.error(process.env.DEBUG ? error : error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
