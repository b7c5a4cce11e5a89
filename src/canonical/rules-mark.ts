import { createHmac } from 'node:crypto';

/** One more whenever a rule accepts what it refused before: every connector then reads its quarantined documents again. */
const RULES_REVISION = 1;

/**
 * A number that stands for the rules and the settings they are applied with. It is carried among the ERP's change counters
 * under `rules`, so that a delta sees that it moved; it does not count anything, and only ever is the same or another one.
 *
 * @param settings JSON of them
 */
export const rulesMark = (settings: object, digestKey: Buffer): number =>
  createHmac('sha256', digestKey)
    .update(JSON.stringify([RULES_REVISION, settings]))
    .digest()
    .readUIntBE(0, 6);
