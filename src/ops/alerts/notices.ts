import { DateTime } from 'luxon';
import type { Notice } from './notifier.js';
import type { AlertRule } from './rules.js';

/** The platform's people read times in this zone, and their day begins in it. */
export const OPS_ZONE = 'Asia/Kolkata';
const PRODUCT = 'AltScore Connect';

export interface TellableAlert {
  alertId: number;
  distributorId: string | null;
  rule: string;
  subject: string;
  severity: string;
  audience: string;
  message: string;
  cause: string;
  times: number;
  /** ISO. */
  raisedAt: string;
  toldAt: string | null;
}

/** An alert in words. Its id stays the same from try to try, and is another when it is told again later. */
export function alertNotice(rule: AlertRule, alert: TellableAlert): Notice {
  const { alertId, distributorId, severity, audience, message, times, raisedAt, toldAt } = alert;
  const since = DateTime.fromISO(raisedAt, { zone: OPS_ZONE });
  const lines = [
    `${rule.what}.`,
    '',
    message,
    '',
    `What to do: ${rule.advice}`,
    '',
    `For: ${audience}`,
    ...(distributorId ? [`Distributor: ${distributorId}`] : []),
    `Since: ${since.toFormat('d LLLL yyyy HH:mm')} (${OPS_ZONE})${times > 1 ? `, ${times} times` : ''}`,
    `Alert ${alertId}, rule ${alert.rule}`,
  ];
  return {
    id: `alert_${alertId}_${toldAt ? DateTime.fromISO(toldAt).toUnixInteger() : 0}`,
    type: 'alert.raised',
    title: `[${PRODUCT}] ${severity}: ${rule.what}${distributorId ? ` (${distributorId})` : ''}`,
    text: `${lines.join('\n')}\n`,
    data: {
      alert_id: alertId,
      rule: alert.rule,
      cause: alert.cause || null,
      severity,
      distributor_id: distributorId,
      subject: alert.subject,
      audience,
      message,
      times,
      raised_at: raisedAt,
    },
  };
}

/** Counts of a day, as the store gives them. */
export interface DayInCounts {
  runs: Record<string, number>;
  distributors: { active: number; withoutSuccess: number };
  records: { sent: number; quarantined: number };
  quarantine: Record<string, number>;
  alerts: { openByRule: Record<string, number>; raised: number; resolved: number; notDelivered: number };
}

/** The daily report to Ops: counts only. @param day ISO, in {@link OPS_ZONE} */
export function dailyReportNotice(day: string, counts: DayInCounts): Notice {
  const { runs, distributors, records, quarantine, alerts } = counts;
  const listed = (title: string, list: Record<string, number>, none: string): string[] => [
    title,
    ...(Object.keys(list).length === 0 ? [`  ${none}`] : []),
    ...Object.entries(list).map(([name, count]) => `  ${name.padEnd(24)}${String(count).padStart(9)}`),
    '',
  ];
  const lines = [
    `${DateTime.fromISO(day, { zone: OPS_ZONE }).toFormat('cccc, d LLLL yyyy')} (${OPS_ZONE})`,
    '',
    `Distributors synced daily: ${distributors.active}; without a successful run: ${distributors.withoutSuccess}`,
    `Records sent: ${records.sent}; quarantined: ${records.quarantined}`,
    '',
    ...listed('Runs by outcome', runs, 'none'),
    ...listed('Quarantined by code', quarantine, 'nothing'),
    ...listed('Open alerts by rule', alerts.openByRule, 'none'),
    `Alerts raised that day: ${alerts.raised}; over: ${alerts.resolved}; open and not delivered: ${alerts.notDelivered}`,
  ];
  return {
    id: `daily_report_${day}`,
    type: 'report.daily',
    title: `[${PRODUCT}] Daily report for ${day}`,
    text: `${lines.join('\n')}\n`,
    data: { day, ...counts },
  };
}
