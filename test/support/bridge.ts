import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { JobReport } from '../../src/canonical/bridge.js';
import { type Program, startProgram } from './spawn.js';
import type { World } from './world.js';

export const COMPANY_ID = 'sharma-main';

/** A bridge beside a world's simulated Tally, as Ops registers it and hands it over. */
export class InstalledBridge {
  private constructor(
    private readonly world: World,
    readonly folder: string,
  ) {}

  /** @param settings Of the YAML, by path, beside those that every bridge needs. */
  static async install(world: World, settings: Record<string, unknown> = {}): Promise<InstalledBridge> {
    const bridge = new InstalledBridge(world, join(world.folder, 'bridge'));
    await world.run('register', ['bridge', 'register', COMPANY_ID, '--label', 'Sharma FMCG']);
    await world.run('credentials', ['bridge', 'credentials', COMPANY_ID, '--dir', bridge.folder]);
    const { hostname, port } = new URL(world.simulator.url);
    const { name, guid } = world.simulator.book.company;
    const yaml = parseDocument(await readFile(bridge.config, 'utf8'));
    const all: Record<string, unknown> = {
      'tally.host': hostname,
      'tally.port': Number(port),
      'tally.company_name': name,
      'tally.company_guid': guid,
      'tally.timeout_seconds': 2,
      'altscore.api_endpoint': world.ingestUrl,
      'gateway.address': process.env.TEST_TEMPORAL_ADDRESS!,
      'gateway.namespace': world.temporal.namespace,
      'gateway.tls': 'off',
      ...settings,
    };
    for (const [path, value] of Object.entries(all)) yaml.setIn(path.split('.'), value);
    await writeFile(bridge.config, yaml.toString());
    return bridge;
  }

  get config(): string {
    return join(this.folder, 'altscore-bridge.yaml');
  }

  /** Resolves once it takes work. It ends with its world. */
  async start(): Promise<Program> {
    const program = await startProgram('client/bridge.js', ['run', '--config', this.config], {
      // Other tests on this machine have bridges of the same company.
      env: { ALTSCORE_LOCK_DIR: join(this.folder, 'locks') },
    });
    this.world.programs.bridge = program;
    await program.waitForLine(/bridge polls for work/);
    return program;
  }

  /** Runs one of `altscore-bridge`'s other commands to its end. */
  async run(args: string[]): Promise<{ code: number | null; text: string; log: Record<string, unknown>[] }> {
    const program = await startProgram('client/bridge.js', [...args, '--config', this.config]);
    const code = await program.ended();
    return { code, text: program.lines.join('\n'), log: program.log() };
  }

  report(jobId: string): Promise<JobReport> {
    return this.world.admin<JobReport>('GET', `/v1/admin/bridge-jobs/${jobId}/report`);
  }
}
