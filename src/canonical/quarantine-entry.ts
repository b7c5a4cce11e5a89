import { z } from 'zod';
import { QuarantineCode } from './quarantine.js';
import { RECORD_TYPES } from './records.js';

/** One line of `quarantine_{batch_id}.jsonl` (specification §8). Never a raw value: `value_hash` is keyed. */
export const QuarantineEntry = z.strictObject({
  record_type: z.enum(RECORD_TYPES),
  original_id: z.string(),
  error_code: QuarantineCode,
  field: z.string(),
  /** HMAC-SHA256 of the bad value with the distributor's key, hex. */
  value_hash: z.string(),
  quarantined_at: z.iso.datetime(),
});
export type QuarantineEntry = z.infer<typeof QuarantineEntry>;
