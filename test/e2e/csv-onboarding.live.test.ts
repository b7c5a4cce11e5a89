import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Onboarding } from '../../src/client/onboarding.js';
import { type CsvOptions, type Totals, writeDayOfTrade, writeHistory } from '../../src/simulators/csv/index.js';
import { bronzeTotals } from '../../src/store/totals.js';
import { noErp } from '../support/erps.js';
import { recordHistory } from '../support/record-history.js';
import { advance } from '../support/temporal.js';
import { waitFor } from '../support/wait-for.js';
import { DONE, World } from '../support/world.js';

const OPTIONS: CsvOptions = { seed: 6, months: 4, invoices: 300 };
const SOURCE = 'sharma_files';

describe('a distributor who sends files', () => {
  let world: World<{ url: string; close(): Promise<void> }>;
  let landing: string;
  beforeAll(async () => {
    world = await World.around(noErp);
    landing = join(world.folder, 'landing');
    await mkdir(landing);
  });
  afterAll(() => world.close());

  const untilStatus = (onboarding: Onboarding, step: number, status: string) =>
    waitFor(
      `step ${step} being ${status}`,
      async () => {
        const found = (await onboarding.progress()).steps[step - 1]!;
        if (found.status === 'failed' && status !== 'failed') throw new Error(found.note ?? 'failed');
        return found.status === status ? found : null;
      },
      { timeoutMs: 60_000 },
    );

  const addSource = (distributorId: string) =>
    world.admin('POST', '/v1/admin/file-sources', {
      source_id: SOURCE,
      distributor_id: distributorId,
      place: { kind: 'folder', path: landing },
      streams: ['invoices', 'payments', 'returns'].map((kind) => ({ stream: `csv.${kind}`, pattern: `${kind}*.csv` })),
      min_age_seconds: 0,
    });

  async function expectBronze(distributorId: string, visibility: 'held' | 'published', truth: Totals): Promise<void> {
    const { invoices, payments, returns, balances } = await bronzeTotals(
      world.database.pool,
      distributorId,
      visibility,
    );
    expect({ invoices, payments, returns }).toEqual(truth.byType);
    const ascending = (numbers: number[]) => numbers.sort((one, other) => one - other);
    expect(ascending(Object.values(balances))).toEqual(
      ascending(truth.retailers.map(({ balancePaise }) => balancePaise)),
    );
  }

  it('is onboarded like the others: access, a test file, the history, consent; then files come by the clock', async () => {
    const onboarding = await Onboarding.start(
      world.client,
      'onboarding/files',
      world.onboardingInput({ files: { settleMs: 100 } }),
    );
    await onboarding.tell('agreementSigned', DONE);
    await onboarding.tell('secretsAcknowledged', DONE);
    await onboarding.tell('disclosureConfirmed', DONE);
    const step5 = await untilStatus(onboarding, 5, 'waiting');
    expect(step5.name).toBe('Landing zone or upload access given, retailers told');
    const distributorId = (await onboarding.progress()).distributorId!;

    // Access is seen, nobody need say so; the first file is waited for however long it takes.
    await addSource(distributorId);
    await untilStatus(onboarding, 6, 'running');
    await writeFile(join(landing, 'invoices-first.csv'), 'Invoice;Date;Amount\n1;2026-05-03;5\n');
    await advance(onboarding.handle, { hours: 1 });
    const refused = await untilStatus(onboarding, 6, 'failed');
    expect(refused.note).toMatch(/^Files could not be taken\. File \d+ \(file\.folder\.csv\.invoices\): .*expected/);

    // The distributor takes it away and sends the history.
    await rm(join(landing, 'invoices-first.csv'));
    const { totals } = await writeHistory(landing, OPTIONS);
    const spoilt = join(landing, 'returns-old.csv');
    await writeFile(spoilt, 'return_id,original_invoice_id,return_date\n1,2,2026-05-03\n');
    await onboarding.retry('Ravi');
    // One good file is the test; the history is whole only without the bad one.
    expect((await untilStatus(onboarding, 7, 'failed')).note).toMatch(/The header lacks return_amount_inr/);
    await writeFile(spoilt, 'return_id,original_invoice_id,return_date,return_amount_inr\n');
    await onboarding.retry('Ravi');
    await untilStatus(onboarding, 8, 'waiting');
    await expectBronze(distributorId, 'held', totals);
    expect((await bronzeTotals(world.database.pool, distributorId, 'published')).invoices.count).toBe(0);

    await onboarding.tell('qualityApproved', DONE);
    await onboarding.tell('consentCompleted', DONE);
    const result = await onboarding.handle.result();
    expect(result).toMatchObject({ onboarding: 'completed', distributorId, watermark: null });
    expect(result.completeness).toBeGreaterThanOrEqual(70);
    expect(result.completeness).toBeLessThanOrEqual(75);
    expect(result.totals.quarantined).toEqual(totals.quarantined);
    expect(result.totals.rows).toBe(totals.rows);
    await expectBronze(distributorId, 'published', totals);
    await recordHistory('an-onboarding-of-files', onboarding.handle);

    // No sync of an ERP; the Schedule looks for files.
    await expect(world.client.workflow.getHandle(`sync/${distributorId}`).describe()).rejects.toThrow(/not found/i);
    const { action } = await world.client.schedule.getHandle(`files/${SOURCE}`).describe();
    expect(action).toMatchObject({ workflowType: 'fileIngestion' });

    const day = await writeDayOfTrade(landing, 1, OPTIONS);
    await world.client.workflow.execute('fileIngestion', {
      workflowId: `files/${SOURCE}/day`,
      taskQueue: 'platform',
      args: [{ sourceId: SOURCE, settleMs: 100 }],
    });
    await expectBronze(distributorId, 'published', day.totals);
  });
});
