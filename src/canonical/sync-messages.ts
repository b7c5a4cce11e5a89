import { z } from 'zod';

/** What operators send to a running sync; each is one JSON object, checked before it is believed. */

/** Who sends `syncNow` when the Schedule's time has come. */
export const BY_SCHEDULE = 'schedule';

const text = (what: string, most = 500) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(most, `expected ${what}, ${most} characters at most`);
const by = text('who sends this', 200);
const day = z.iso.date('expected a day such as 2026-04-01');

export const SyncNow = z
  .looseObject({ by: by.default('somebody') }, 'expected {"by": "who"}')
  .default({ by: 'somebody' });
export const PauseAsked = z.strictObject({ by, reason: text('a reason') }, 'expected {"by": "who", "reason": "why"}');
export const BackfillAsked = z
  .strictObject({ by, from: day, to: day }, 'expected {"by": "who", "from": "2026-04-01", "to": "2026-04-30"}')
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
export type WatermarkAsked = z.input<typeof WatermarkAsked>;
export type BackfillAsked = z.infer<typeof BackfillAsked>;
