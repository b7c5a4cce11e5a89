import {
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  executeChild,
  setHandler,
  sleep,
} from '@temporalio/workflow';

export const wakeSignal = defineSignal('wake');
export const hoursPassedQuery = defineQuery<number>('hoursPassed');

/** Sleeps, and answers how many days its own clock says it slept. */
export async function sleepDays({ days }: { days: number }): Promise<number> {
  const startedMs = Date.now();
  await sleep(`${days} days`);
  return (Date.now() - startedMs) / 86_400_000;
}

/** Ends at the signal, or after ten days; counts the hours that pass, twelve at a time. */
export async function waitForWake(): Promise<'woken' | 'overslept'> {
  let woken = false;
  setHandler(wakeSignal, () => {
    woken = true;
  });
  let hoursPassed = 0;
  setHandler(hoursPassedQuery, () => hoursPassed);
  while (hoursPassed < 240) {
    if (await condition(() => woken, '12 hours')) return 'woken';
    hoursPassed += 12;
  }
  return 'overslept';
}

/** Runs a child that sleeps two days, then sleeps two more itself in a next run; answers the days both say they slept. */
export async function sleepInParts({ slept = 0 }: { slept?: number }): Promise<number> {
  if (slept === 0)
    return await continueAsNew<typeof sleepInParts>({ slept: await executeChild(sleepDays, { args: [{ days: 2 }] }) });
  return slept + (await sleepDays({ days: 2 }));
}
