import { DateTime } from 'luxon';
import { type RunReport, sumOf } from '../../canonical/run-report.js';
import type { AlertRule } from './rules.js';

const SHARE_FOR_DISTRIBUTOR = 0.05;
const SHARE_FOR_OPS = 0.1;
/** A notice that could not be delivered is tried so often before it is given up, until the alert is raised again. */
export const MOST_TELLING_ATTEMPTS = 8;
const FIRST_RETRY_MINUTES = 5;

/**
 * When people are to be told of an alert that was raised at `at`; null when they know.
 *
 * @param told when they were last told of the same trouble, and whether that was since this alert opened
 */
export function whenToTell(rule: AlertRule, told: { at: Date | null; ofThis: boolean }, at: Date): Date | null {
  const gathered = DateTime.fromJSDate(at).plus({ minutes: rule.gatherMinutes });
  if (told.at === null) return gathered.toJSDate();
  const allowed = DateTime.fromJSDate(told.at).plus({ hours: rule.atMostEveryHours });
  if (told.ofThis) return allowed.toJSDate() <= at ? at : null;
  return DateTime.max(gathered, allowed).toJSDate();
}

/** When to try again after `failures` tries in vain; null when it was tried often enough. */
export function whenToTryAgain(failures: number, at: Date): Date | null {
  if (failures >= MOST_TELLING_ATTEMPTS) return null;
  return DateTime.fromJSDate(at)
    .plus({ minutes: FIRST_RETRY_MINUTES * 2 ** (failures - 1) })
    .toJSDate();
}

/** Whether this many distributors with the same trouble are one cause. */
export const isCommonCause = (rule: AlertRule, distributors: number): boolean =>
  rule.oneAlertFrom !== null && distributors >= rule.oneAlertFrom;

/** Who stands behind a role. Addresses are found elsewhere: an alert names roles only. */
export type Role = 'ops' | 'distributor' | 'bd' | 'data_engineering';

/** The roles a rule's alert goes to. `audience` is a step's owner as the onboarding names it: "AltScore BD + Distributor". */
export function rolesOf(rule: AlertRule, audience: string): Role[] {
  const roles = rule.hears.flatMap((hearer) => (hearer === 'owner' ? ownersIn(audience) : [hearer]));
  return [...new Set(roles)];
}

const ownersIn = (audience: string): Role[] =>
  audience.split('+').map((part) => {
    const owner = part.trim().toLowerCase();
    if (owner.startsWith('distributor')) return 'distributor';
    if (owner.endsWith(' bd')) return 'bd';
    if (owner.endsWith('data engineering')) return 'data_engineering';
    return 'ops';
  });

export interface QuarantineVerdict {
  rules: Array<'quarantine_share' | 'quarantine_high'>;
  message: string;
}

/** What a finished run's quarantine is worth saying; null when nothing. The share is of the records that were new in the run. */
export function quarantineVerdict(
  report: Pick<RunReport, 'totals' | 'kind' | 'from' | 'to'>,
): QuarantineVerdict | null {
  const quarantined = sumOf(report.totals.quarantined);
  const records = report.totals.sent + quarantined;
  if (quarantined === 0 || quarantined / records <= SHARE_FOR_DISTRIBUTOR) return null;
  const codes = Object.entries(report.totals.quarantined)
    .sort(([, a], [, b]) => (b ?? 0) - (a ?? 0))
    .map(([code, count]) => `${code} ${count}`)
    .join(', ');
  const percent = Math.round((1_000 * quarantined) / records) / 10;
  return {
    rules: quarantined / records > SHARE_FOR_OPS ? ['quarantine_share', 'quarantine_high'] : ['quarantine_share'],
    message: `${quarantined} of ${records} records (${percent} %) of the ${report.kind} ${report.from} – ${report.to} are quarantined: ${codes}.`,
  };
}
