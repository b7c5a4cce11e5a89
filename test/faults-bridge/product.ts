import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { BridgeJob, ReportRow, Submitted } from '../../src/canonical/bridge.js';
import type { VoucherInput } from '../../src/canonical/vouchers/input.js';
import {
  type Fault,
  type ImportedVoucher,
  startTallySimulator,
  type TallySimulator,
} from '../../src/simulators/tally/index.js';
import { Centre, type CentreSetting } from '../chaos/centre.js';
import type { Part } from '../chaos/part.js';
import { waitFor } from '../support/wait-for.js';

export interface Setting extends CentreSetting {
  seed: number;
  /** Whether the Tally takes a resend for a change of what it has. */
  upsert: boolean;
  numbering: 'manual' | 'automatic';
}

const COMPANY_ID = 'faulty-traders';
const COMPANY = 'Faulty Traders';
/** Of Karnataka, where the billing program sells from. */
const GSTIN = '29AABCT1332L1Z2';
/** So much is lost with every answer that never comes. */
const TALLY_TIMEOUT_SECONDS = 1;
const KILLED_FOR_MS = 500;
const HOUR_MS = 3_600_000;

/** The centre and a bridge as processes of their own, and a Tally in this one, which is never killed. */
export class Product {
  readonly today = '2026-05-18';
  private readonly centre: Centre;
  private bridge!: Part;
  private tally!: TallySimulator;

  constructor(private readonly setting: Setting) {
    this.centre = new Centre(setting);
  }

  async start(): Promise<void> {
    const { seed, upsert, numbering } = this.setting;
    const [tally] = await Promise.all([
      startTallySimulator({
        companyName: COMPANY,
        today: this.today,
        months: 12,
        vouchers: 500,
        seed,
        imports: { upsert, numbering },
      }),
      this.centre.start(),
    ]);
    this.tally = tally;
    const config = this.installBridge();
    this.bridge = this.centre.program(
      'bridge',
      'client/bridge.js',
      ['run', '--config', config],
      /bridge polls for work/,
    );
    await this.bridge.start();
  }

  /** Ops registers the company and hands its credentials over. */
  private installBridge(): string {
    const folder = join(this.setting.folder, 'bridge');
    this.centre.run('client/altscore.js', ['bridge', 'register', COMPANY_ID, '--label', COMPANY]);
    this.centre.run('client/altscore.js', ['bridge', 'credentials', COMPANY_ID, '--dir', folder]);
    const { hostname, port } = new URL(this.tally.url);
    const config = join(folder, 'altscore-bridge.yaml');
    const settings = {
      company_id: COMPANY_ID,
      tally: {
        host: hostname,
        port: Number(port),
        company_name: COMPANY,
        company_guid: this.tally.book.company.guid,
        timeout_seconds: TALLY_TIMEOUT_SECONDS,
      },
      vouchers: { numbering: this.setting.numbering, company_gstin: GSTIN },
      altscore: {
        api_endpoint: `https://127.0.0.1:${this.centre.ingestPort}`,
        api_key_path: 'altscore_api_key',
        cert_path: 'client.crt',
        key_path: 'client.key',
        ca_path: 'altscore-ca.crt',
      },
      gateway: { address: this.centre.environment.TEMPORAL_ADDRESS, tls: 'off' },
    };
    writeFileSync(config, stringify(settings));
    return config;
  }

  async submit(vouchers: VoucherInput[]): Promise<string> {
    const { job_id } = await this.centre.admin<Submitted>('POST', '/v1/bridge/vouchers', {
      company_id: COMPANY_ID,
      by: 'faults:bridge',
      request_id: randomUUID(),
      faulty: 'refuse_rows',
      vouchers,
    });
    return job_id;
  }

  async setFaults(faults: Fault[]): Promise<void> {
    for (const fault of faults) this.tally.setFault(fault);
  }

  async kill(part: 'bridge' | 'worker'): Promise<void> {
    await (part === 'bridge' ? this.bridge : this.centre.parts.worker).killAndRestart(KILLED_FOR_MS);
  }

  /** Vouchers that have come to an end. */
  async ended(jobId: string): Promise<number> {
    const { counts } = await this.centre.admin<BridgeJob>('GET', `/v1/admin/bridge-jobs/${jobId}`);
    const { pending: _pending, sending: _sending, ...ended } = counts;
    return Object.values(ended).reduce((sum, count) => sum + count, 0);
  }

  async untilEnded(jobId: string, count: number): Promise<void> {
    await waitFor(`${count} vouchers at their end`, async () => (await this.ended(jobId)) >= count, {
      timeoutMs: HOUR_MS,
      everyMs: 500,
    });
  }

  report(jobId: string): Promise<ReportRow[]> {
    return this.centre
      .admin<{ rows: ReportRow[] }>('GET', `/v1/admin/bridge-jobs/${jobId}/report`)
      .then(({ rows }) => rows);
  }

  imported(): ImportedVoucher[] {
    return this.tally.imported();
  }
  /** Requests that were sent once more, because Tally certainly held nothing. */
  timesSentAgain(): number {
    return this.tally.imported().filter(({ timesSent }) => timesSent > 1).length;
  }
  faultsLeft(): number {
    return this.tally.faults().length;
  }

  async end(): Promise<void> {
    await this.bridge?.end();
    await this.centre.end();
    await this.tally?.close();
  }
}
