import { z } from 'zod';
import { QUIET_HOURS } from './quiet-hours.js';
import { ErpType } from './records.js';

/** The one JSON object that starts an onboarding, from the Temporal UI, the command line or a program. */
const email = z.email('expected an e-mail address');
export const Contacts = z.strictObject({
  ops: email,
  distributorIt: email,
  bd: email.optional(),
  dataEngineering: email.optional(),
});

const timeZone = z.string().refine((zone) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false;
  }
}, 'expected an IANA time zone, such as Asia/Kolkata');

/** Times that a test shortens and a slow site may lengthen; the defaults are the design's. */
export const Patience = z.strictObject({
  /** How long a task may wait for a connector to take it before the connector counts as offline. */
  pickupMs: z.number().int().min(100).default(60_000),
  /** How often an unreachable ERP is asked again. */
  owedEveryMs: z.number().int().min(100).default(1_800_000),
});
export type Patience = z.infer<typeof Patience>;

export const SyncSettings = z.strictObject({
  /** Cron, in the distributor's time zone. */
  schedule: z
    .string()
    .regex(/^\S+ \S+ \S+ \S+ \S+$/, 'expected five cron fields, such as 0 2 * * *')
    .default('0 2 * * *'),
  /** Spread of the scheduled start. */
  jitterMinutes: z.number().int().min(0).max(180).default(20),
  /** Days read again before the watermark, for what is recorded late. */
  lookbackDays: z.number().int().min(0).max(60).default(7),
  /** Hours of the distributor's day in which an ERP that missed its run is not asked again. */
  quietHours: z.string().regex(QUIET_HOURS, 'expected hours such as 09:00-18:00').nullable().default(null),
});

export const OnboardingInput = z.strictObject({
  legalName: z
    .string('expected the legal name')
    .trim()
    .min(2, 'expected the legal name')
    .max(200, 'expected 200 characters at most'),
  gstin: z
    .string()
    .regex(
      /^[0-9]{2}[A-Z]{5}[0-9]{4}[A-Z][1-9A-Z]Z[0-9A-Z]$/,
      'expected a 15-character GSTIN, such as 29AABCT1332L1Z2',
    ),
  erpType: ErpType,
  contacts: Contacts,
  timeZone: timeZone.default('Asia/Kolkata'),
  backfillMonths: z.number().int().min(24, 'expected 24 to 36').max(36, 'expected 24 to 36').default(36),
  sync: SyncSettings.prefault({}),
  patience: Patience.prefault({}),
  /** Of distributors who send files. */
  files: z
    .strictObject({
      /** How long files that were seen but once are left before they are looked at again. */
      settleMs: z.number().int().min(0).max(600_000).default(15_000),
    })
    .prefault({}),
});
export type OnboardingInput = z.infer<typeof OnboardingInput>;

const text = (what: string, most: number) =>
  z
    .string(`expected ${what}`)
    .trim()
    .min(1, `expected ${what}`)
    .max(most, `expected ${what}, ${most} characters at most`);

/** What a person sends when a human step is done. */
export const StepDone = z.strictObject(
  {
    by: text('who says so', 200),
    reference: text('a document, ticket or link', 500),
    note: text('a note', 2_000).optional(),
  },
  'expected {"by": "who", "reference": "document, ticket or link"}',
);
export type StepDone = z.infer<typeof StepDone>;

export const HUMAN_EVENTS = [
  'agreementSigned',
  'secretsAcknowledged',
  'disclosureConfirmed',
  'connectorInstalled',
  'qualityApproved',
  'qualityRejected',
  'consentCompleted',
] as const;
export type HumanEvent = (typeof HUMAN_EVENTS)[number];
