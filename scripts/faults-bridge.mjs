// `npm run faults:bridge`: vouchers written into a simulated Tally while answers are lost, connections cut and programs killed, and the
// simulator's own book compared with the job's report (test/faults-bridge/).
//   npm run faults:bridge -- --vouchers 10000 --faults 200 --seed 1
//   npm run faults:bridge -- --upsert off --numbering automatic     how this Tally takes what is sent again
//   npm run faults:bridge -- --json                                 the verdict as one JSON object, the last line of stdout
import { runHarness } from './harness.mjs';

await runHarness('faults-bridge', 'FAULTS_DIST');
