import type { Watermark } from '../canonical/contract.js';
import type { RunTotals } from '../canonical/run-report.js';
import type { Period } from './sync-state.js';

/** How a distributor's books come to the platform: what differs between the onboardings of connectors and of files. */
export interface OnboardingWay {
  /** Step 5: whether what they come by is there. */
  isThere(): Promise<boolean>;
  /** Step 6. Answers by what it was tested. @throws StepFailed */
  test(): Promise<string>;
  /** Step 7, and again where the quality review is tried again. Answers who read it. @throws StepFailed */
  readHistory(period: Period): Promise<string>;
  /** Step 10. Answers what sees to it that they come from now on. */
  goOn(): Promise<string>;
  /** What has come so far. */
  totals(): RunTotals;
  /** What a daily delta starts from; null where there is none. */
  watermark(): Watermark | null;
}
