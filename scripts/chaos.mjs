// `npm run chaos`: the whole product, killed part by part while it works (test/chaos/), and its books compared with the truth.
//   npm run chaos -- --kills 30 --seed 1       how many, and which ones
//   npm run chaos -- --json                    the verdict as one JSON object, the last line of stdout
import { runHarness } from './harness.mjs';

await runHarness('chaos', 'CHAOS_DIST');
