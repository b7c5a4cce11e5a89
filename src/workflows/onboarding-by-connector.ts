import type { OnboardingInput } from '../canonical/onboarding.js';
import { platform, sharedConnector } from './activity-proxies.js';
import { backfillUntilDone, newBackfill } from './backfill.js';
import type { OnboardingWay } from './onboarding-way.js';
import { StepFailed } from './step-runner.js';

/** Books of an ERP, read by a connector beside it. `say` shows what is waited for, null for nothing any more. */
export function byConnector(
  distributorId: string,
  { erpType, timeZone, sync, patience }: OnboardingInput,
  say: (line: string | null) => void,
): OnboardingWay {
  const history = newBackfill();
  let companyId = '';
  return {
    isThere: () => platform.connectorPolls({ distributorId }),
    async test() {
      const report = await sharedConnector(distributorId, patience.pickupMs).testConnection({ distributorId });
      if (!report.ok || report.companyId === null) {
        const failed = report.checks.filter((check) => !check.ok).map((check) => `${check.name}: ${check.detail}`);
        throw new StepFailed(`The connector's own test failed. ${failed.join(' ')}`);
      }
      companyId = report.companyId;
      return 'altscore-connector test';
    },
    async readHistory(period) {
      await backfillUntilDone(history, { distributorId, companyId, period, patience }, (reason) =>
        say(reason && `The backfill waits for the distributor's ERP: ${reason}`),
      );
      return 'connector';
    },
    async goOn() {
      const watermark = history.watermark!;
      await platform.startDistributorSync({
        distributorId,
        erpType,
        timeZone,
        ...sync,
        companyId,
        watermark,
        patience,
      });
      return 'Temporal Schedule';
    },
    totals: () => history.totals,
    watermark: () => history.watermark,
  };
}
