import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { RunProgress } from '../../workflows/sync-run.js';
import type { Onboarding } from '../onboarding.js';
import type { DemoPlatform } from './platform.js';
import type { Stage } from './stage.js';

export interface Ledgers {
  host: string;
  port: number;
  company: string;
  /** What else `altscore-connector install` has to be told. */
  install?: string[];
}

/** What the people of an onboarding do, played: each by the step whose turn it is. */
export class People {
  constructor(
    private readonly stage: Stage,
    private readonly platform: DemoPlatform,
    private readonly onboarding: Onboarding,
    private readonly erp: Ledgers,
  ) {}

  /** Does what people have to do in a step; nothing where machines do it all. */
  async act(step: number): Promise<void> {
    switch (step) {
      case 1:
        await this.onboarding.tell('agreementSigned', { by: 'Asha (BD)', reference: 'DocuSign envelope DPA-001' });
        return;
      case 4:
        await this.installConnector();
        await this.onboarding.tell('secretsAcknowledged', { by: 'Ravi (distributor IT)', reference: 'bundle fetched' });
        return;
      case 5:
        this.startConnector();
        await this.onboarding.tell('disclosureConfirmed', {
          by: 'Ravi (distributor IT)',
          reference: 'notice sent to retailers',
        });
        return;
      case 8:
        await this.onboarding.tell('qualityApproved', { by: 'Meera (data engineering)', reference: 'review DQ-001' });
        return;
      case 9:
        await this.onboarding.tell('consentCompleted', { by: 'Asha (BD)', reference: 'campaign C-001' });
        return;
    }
  }

  /** Until the step is done; `show` hears what can be told meanwhile. @throws when it failed */
  async watch(step: number, show: (line: string) => void): Promise<void> {
    let shown = '';
    for (;;) {
      const { steps } = await this.onboarding.progress();
      const { status, note } = steps[step - 1]!;
      if (status === 'done') return;
      if (status === 'failed') throw new Error(note ?? `step ${step} failed`);
      const line = step === 7 ? await this.backfillLine() : shown;
      if (line !== shown) show(line);
      shown = line;
      await pause(150);
    }
  }

  /** Ops hands over a one-time link; the distributor's IT installs from it. */
  private async installConnector(): Promise<void> {
    const { distributorId } = await this.onboarding.progress();
    const token = readFileSync(join(this.platform.secretsDir, 'admin_token'), 'utf8').trim();
    const response = await fetch(`${this.platform.adminUrl}/v1/admin/distributors/${distributorId}/bundle-link`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(`The Admin API gave no bundle link: ${await response.text()}`);
    const { url } = (await response.json()) as { url: string };
    await this.stage.run('install', 'client/connector.js', [
      ...['install', '--bundle', url, '--dir', this.connectorFolder],
      ...['--erp-host', this.erp.host, '--erp-port', String(this.erp.port), '--company', this.erp.company],
      ...['--gateway', this.platform.temporalAddress, ...(this.erp.install ?? [])],
    ]);
  }

  private get connectorFolder(): string {
    return join(this.stage.folder, 'connector');
  }

  private startConnector(): void {
    const config = join(this.connectorFolder, 'altscore-connector.yaml');
    // As the program's own first line and its image have it: memory stays flat however large the book is.
    this.stage.start('connector', 'client/connector.js', ['run', '--config', config], {
      NODE_OPTIONS: '--max-semi-space-size=4 --max-old-space-size=192',
    });
  }

  private async backfillLine(): Promise<string> {
    const { raw } = await this.onboarding.handle.describe();
    const run = raw.pendingChildren?.[0]?.workflowId;
    if (!run) return 'starting';
    const { windowsDone, windowsTotal, totals } = await this.platform.client.workflow
      .getHandle(run)
      .query<RunProgress>('runProgress');
    const filled = windowsTotal === 0 ? 0 : Math.round((windowsDone / windowsTotal) * 24);
    return `${'█'.repeat(filled)}${'░'.repeat(24 - filled)} ${windowsDone}/${windowsTotal} months, ${totals.accepted} records`;
  }
}
