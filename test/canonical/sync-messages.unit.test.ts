import { describe, expect, it } from '@jest/globals';
import type { z } from 'zod';
import { sentenceOf } from '../../src/canonical/sentence.js';
import {
  BackfillAsked,
  PauseAsked,
  ScheduleAsked,
  SyncNow,
  WatermarkAsked,
} from '../../src/canonical/sync-messages.js';

const by = 'Asha';

describe('what an operator sends to a sync', () => {
  it.each<[string, z.ZodType, unknown]>([
    ['a request', SyncNow, { by }],
    ['a request in the UI, without input', SyncNow, undefined],
    ['an hour', ScheduleAsked, { by, at: '00:05' }],
    ['an hour at the very end of the quiet ones', ScheduleAsked, { by, at: '06:00', quiet: '22:00-06:00' }],
    ['an end to quiet hours', ScheduleAsked, { by, at: '02:00', quiet: null }],
    ['a period of one day', BackfillAsked, { by, from: '2026-04-01', to: '2026-04-01' }],
  ])('%s is understood', (_name, schema, message) => {
    expect(schema.safeParse(message).error).toBeUndefined();
  });

  it.each<[string, z.ZodType, unknown, string]>([
    ['text', PauseAsked, 'stop', 'expected {"by": "who", "reason": "why"}'],
    ['a list', WatermarkAsked, [], 'expected {"by": "who", "reason": "why", "lastSyncAt": "2026-04-01T00:00:00Z"}'],
    ['nobody', PauseAsked, { by: ' ', reason: 'x' }, 'by: expected who sends this'],
    ['a number for a person', SyncNow, { by: 7 }, 'by: expected who sends this'],
    ['no such hour', ScheduleAsked, { by, at: '24:00' }, 'at: expected a time such as 02:30'],
    ['an hour in words', ScheduleAsked, { by, at: 'noon' }, 'at: expected a time such as 02:30'],
    [
      'half of quiet hours',
      ScheduleAsked,
      { by, at: '02:00', quiet: '09:00' },
      'quiet: expected hours such as 09:00-18:00',
    ],
    [
      'quiet hours without end',
      ScheduleAsked,
      { by, at: '02:00', quiet: '09:00-09:00' },
      'quiet: expected hours that end at another time than they begin',
    ],
    [
      'a start in quiet hours',
      ScheduleAsked,
      { by, at: '23:00', quiet: '22:00-06:00' },
      'at: expected a time outside the quiet hours',
    ],
    [
      'no such day',
      BackfillAsked,
      { by, from: '2026-02-30', to: '2026-04-01' },
      'from: expected a day such as 2026-04-01',
    ],
    [
      'a period backwards',
      BackfillAsked,
      { by, from: '2026-05-01', to: '2026-04-01' },
      'to: expected a day not before from',
    ],
  ])('%s is refused with a sentence', (_name, schema, message, fault) => {
    expect(sentenceOf(schema.safeParse(message).error!, 'it')).toBe(`it is not valid: ${fault}.`);
  });
});
