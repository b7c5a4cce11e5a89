import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureBuild } from '../../../scripts/build.mjs';
import { type ServiceLayerSimulator, startServiceLayerSimulator } from '../../../src/simulators/sap-b1/index.js';

const DOCUMENTS = 50_000;

/** Reads a whole company to drafts in a process of its own, with the connector's own limits. */
const READ_ALL = `
  const { createSapSource } = await import(process.argv[1]);
  const source = createSapSource({ ...JSON.parse(process.argv[2]), hashCode: (code) => code });
  await source.probe();
  const masters = await source.masters();
  let documents = 0;
  for await (const row of source.read({ from: '2018-01-01', to: '2027-12-31' }, new AbortController().signal)) {
    source.toCanonical(row, masters);
    documents += 1;
  }
  await source.close();
  console.log(JSON.stringify({ documents, peakMiB: process.resourceUsage().maxRSS / 1024 }));`;

describe('a company of 50,000 documents', () => {
  let simulator: ServiceLayerSimulator;
  beforeAll(async () => {
    await ensureBuild();
    simulator = await startServiceLayerSimulator({ seed: 1, months: 36, documents: DOCUMENTS, today: '2026-05-18' });
  });
  afterAll(() => simulator.close());

  it('is read in less than 256 MiB, with two requests at once at most', async () => {
    const { CompanyDB, UserName, Password } = simulator.credentials;
    const { hostname, port } = new URL(simulator.url);
    const settings = {
      host: hostname,
      port: Number(port),
      companyDb: CompanyDB,
      userName: UserName,
      password: Password,
      tls: { authority: simulator.caPem, fingerprint: null },
      cashGroups: [simulator.cashGroup],
    };
    const program = new URL('../../../dist/sources/sap-b1/index.js', import.meta.url).href;
    const child = spawn(
      process.execPath,
      [
        '--max-semi-space-size=4',
        '--max-old-space-size=192',
        '--input-type=module',
        '--eval',
        READ_ALL,
        program,
        JSON.stringify(settings),
      ],
      {
        cwd: fileURLToPath(new URL('../../..', import.meta.url)),
        env: { ...process.env, NODE_OPTIONS: '' },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    const [output] = await Promise.all([text(child.stdout), once(child, 'close')]);
    const { documents, peakMiB } = JSON.parse(output);
    expect(documents).toBeGreaterThanOrEqual(DOCUMENTS);
    expect(peakMiB).toBeLessThan(256);
    expect(Math.max(...simulator.requests.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(2);
  });
});
