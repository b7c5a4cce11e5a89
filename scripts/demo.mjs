// `npm run demo`: installs what is missing, then plays a whole onboarding on this machine (src/client/demo/).
import { bootstrap } from './bootstrap.mjs';
import { root, run } from './run.mjs';

const { temporalCli } = await bootstrap();
// Ctrl-C reaches the demonstration too, which then ends what it started; until it has, this process waits.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => {});
const { code } = await run(process.execPath, [`${root}/dist/client/demo/main.js`, ...process.argv.slice(2)], {
  env: { ...process.env, TEMPORAL_CLI: temporalCli },
});
process.exitCode = code;
