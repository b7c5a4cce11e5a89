import { z } from 'zod';
import { CLOCK_TIME, isQuietAt, QUIET_HOURS } from './quiet-hours.js';

/** What operators send to a running sync; each is one JSON object, checked before it is believed. */

/** Who sends `syncNow` when the Schedule's time has come. */
export const BY_SCHEDULE = 'schedule';

export const text = (what: string, most = 500) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(most, `expected ${what}, ${most} characters at most`);
export const by = text('who sends this', 200);
const day = z.iso.date('expected a day such as 2026-04-01');

export const SyncNow = z
  .looseObject({ by: by.default('somebody') }, 'expected {"by": "who"}')
  .default({ by: 'somebody' });
export const PauseAsked = z.strictObject({ by, reason: text('a reason') }, 'expected {"by": "who", "reason": "why"}');
export const BackfillAsked = z
  .strictObject(
    {
      by,
      from: day,
      to: day,
      /** Whether ERP and Bronze are compared once it has ended; they are unless this is false. */
      reconcile: z.boolean('expected true or false').optional(),
    },
    'expected {"by": "who", "from": "2026-04-01", "to": "2026-04-30"}',
  )
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'expected a day not before from' });
export const WatermarkAsked = z.strictObject(
  {
    by,
    reason: text('a reason'),
    lastSyncAt: z.iso.datetime('expected a time such as 2026-04-01T00:00:00Z'),
    /** The ERP's books were restored from a backup: forget its counters. */
    restored: z.boolean('expected true or false').default(false),
  },
  'expected {"by": "who", "reason": "why", "lastSyncAt": "2026-04-01T00:00:00Z"}',
);
export const ScheduleAsked = z
  .strictObject(
    {
      by,
      /** In the distributor's time zone. */
      at: z.string('expected a time such as 02:30').regex(CLOCK_TIME, 'expected a time such as 02:30'),
      /** Absent: as they are; null: none. */
      quiet: z
        .string('expected hours such as 09:00-18:00')
        .regex(QUIET_HOURS, { error: 'expected hours such as 09:00-18:00', abort: true })
        .refine(
          (hours) => new Set(hours.split('-')).size === 2,
          'expected hours that end at another time than they begin',
        )
        .nullish(),
    },
    'expected {"by": "who", "at": "02:30"}',
  )
  .refine(({ at, quiet }) => !quiet || !isQuietAt(quiet, at), {
    path: ['at'],
    error: 'expected a time outside the quiet hours',
  });
export type ScheduleAsked = z.infer<typeof ScheduleAsked>;
export type WatermarkAsked = z.input<typeof WatermarkAsked>;
export type BackfillAsked = z.infer<typeof BackfillAsked>;
