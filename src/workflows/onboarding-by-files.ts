import { executeChild, sleep } from '@temporalio/workflow';
import type { FilesStanding } from '../activities/files/tasks.js';
import type { OnboardingInput } from '../canonical/onboarding.js';
import { emptyTotals } from '../canonical/run-report.js';
import { platform } from './activity-proxies.js';
import { fileIngestion } from './file-ingestion.js';
import type { OnboardingWay } from './onboarding-way.js';
import { now } from './run-child.js';
import { StepFailed } from './step-runner.js';

/** A first file is looked for often at first and every half hour at last: it may take days. */
const LOOK_FIRST_MS = 30_000;
const LOOK_AT_LAST_MS = 1_800_000;

/** Books exported into files, for which a source is registered. `say` shows what is waited for, null for nothing any more. */
export function byFiles(
  distributorId: string,
  { files: { settleMs } }: OnboardingInput,
  say: (line: string | null) => void,
): OnboardingWay {
  let standing: FilesStanding | null = null;
  /** When a step failed last, for what was found until then a person knows. */
  let failedAt: string | null = null;

  async function ingest(): Promise<FilesStanding> {
    const sources = await platform.sourcesOf({ distributorId });
    if (sources.length === 0)
      throw failed('No source of files is registered for the distributor; expected one, by altscore files add.');
    for (const sourceId of sources) {
      await executeChild(fileIngestion, {
        workflowId: `files/${sourceId}/${now()}`,
        staticSummary: `files of ${sourceId}, for the onboarding`,
        args: [{ sourceId, settleMs }],
      });
    }
    standing = await platform.filesStanding({ distributorId, since: failedAt });
    return standing;
  }

  /** What was refused is read again: it may have been mended in its place, or a schema accepted. */
  async function tryAgain(): Promise<void> {
    if (failedAt !== null) await platform.reopenTroubled({ distributorId, by: 'onboarding' });
  }

  function failed(reason: string): StepFailed {
    failedAt = now();
    return new StepFailed(reason);
  }

  return {
    isThere: async () => (await platform.sourcesOf({ distributorId })).length > 0,
    async test() {
      await tryAgain();
      for (let waitMs = LOOK_FIRST_MS; ; waitMs = Math.min(waitMs * 2, LOOK_AT_LAST_MS)) {
        const { accepted, troubles, troublesMore } = await ingest();
        if (accepted > 0) break;
        if (troubles.length > 0) throw failed(sentenceOfTroubles(troubles, troublesMore));
        say('The first file of the distributor is waited for.');
        await sleep(waitMs);
      }
      say(null);
      return 'fileIngestion';
    },
    async readHistory() {
      await tryAgain();
      for (;;) {
        const { underWay, troubles, troublesMore } = await ingest();
        if (troubles.length > 0) throw failed(sentenceOfTroubles(troubles, troublesMore));
        if (underWay === 0) break;
        say(`${underWay} files are still being written, or wait for others.`);
        await sleep(LOOK_FIRST_MS);
      }
      say(null);
      return 'fileIngestion';
    },
    async goOn() {
      const { scheduleIds } = await platform.startIngestions({ distributorId });
      return `Temporal Schedule ${scheduleIds.join(', ')}`;
    },
    totals: () => ({
      ...emptyTotals(),
      rows: standing?.rowsRead ?? 0,
      sent: standing?.rowsTaken ?? 0,
      accepted: standing?.rowsTaken ?? 0,
      quarantined: standing?.refusedByCode ?? {},
    }),
    watermark: () => null,
  };
}

const MOST_NAMED = 3;

function sentenceOfTroubles(troubles: FilesStanding['troubles'], more: number): string {
  const named = troubles
    .slice(0, MOST_NAMED)
    .map(({ fileId, streamId, message }) => `File ${fileId} (${streamId}): ${message}`);
  const rest = troubles.length + more - named.length;
  return `Files could not be taken. ${named.join(' ')}${rest > 0 ? ` And ${rest} more: altscore files list.` : ''}`;
}
