import { DateTime } from 'luxon';

/**
 * The days a delta reads whatever the ERP's counters say, both in the distributor's time zone: from some days before the
 * watermark to today. What was recorded late stands in them, and so does what bears the very stamp of the watermark.
 */
export function deltaPeriod(
  { lastSyncAt, lookbackDays, timeZone }: { lastSyncAt: string; lookbackDays: number; timeZone: string },
  nowMs: number,
): { from: string; to: string } {
  const day = (time: DateTime): string => time.setZone(timeZone).toISODate()!;
  const watermark = DateTime.fromISO(lastSyncAt).setZone(timeZone);
  return { from: day(watermark.minus({ days: lookbackDays })), to: day(DateTime.fromMillis(nowMs)) };
}
