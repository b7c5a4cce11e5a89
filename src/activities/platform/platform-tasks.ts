import { ApplicationFailure } from '@temporalio/activity';
import type { Client } from '@temporalio/client';
import type { Logger } from 'pino';
import { completenessOf } from '../../canonical/completeness.js';
import type { Watermark } from '../../canonical/contract.js';
import { ALERT_RULES } from '../../ops/alerts/rules.js';
import type { CentralSecrets } from '../../ops/central-secrets.js';
import { completenessInputs } from '../../store/completeness-inputs.js';
import { publishHeld } from '../../store/consent.js';
import type { Pool } from '../../store/database.js';
import { setDistributorStatus } from '../../store/distributors.js';
import { listSources, removeSources } from '../../store/file-sources.js';
import { purgeDistributor } from '../../store/purge.js';
import { recordRun } from '../../store/runs.js';
import { supersedeSets, sweepUnfinishedSets } from '../../store/sets.js';
import { hasPendingDue } from '../../store/standing.js';
import { advanceWatermark, readWatermark, setWatermark } from '../../store/watermarks.js';
import { bridgeJobTasks } from '../bridge-jobs/job-tasks.js';
import { fileTasks } from '../files/file-tasks.js';
import { endIngestionSchedule } from '../files/ingestion-control.js';
import type { AdminApi } from './admin-api.js';
import { AlertDesk, type AlertWays } from './alert-desk.js';
import { sendDailyReport } from './daily-report.js';
import { ensureReconciliationSchedule } from './reconciliation-control.js';
import { reconcilingTasks } from './reconciling.js';
import { noticeStaleness } from './staleness.js';
import {
  endSync,
  ensureSchedule,
  ensureSyncWorkflow,
  firstState,
  queueIsPolled,
  syncScheduleId,
  syncWorkflowId,
  wakeSyncWorkflow,
} from './sync-control.js';
import type { PlatformTasks, StartSyncTask } from './tasks.js';

export interface PlatformDesk {
  pool: Pool;
  client: Client;
  adminApi: AdminApi;
  log: Logger;
  /** What files are opened, and set aside, with. */
  secrets: Pick<CentralSecrets, 'vault' | 'filesIdentity'>;
  /** Without them alerts are rows and log lines. */
  alertWays?: AlertWays;
}

/** The platform's own activities: each checks what it was given, calls the room that does the work, and answers ids and counts. */
export function platformTasks({ pool, client, adminApi, log, secrets, alertWays }: PlatformDesk): PlatformTasks {
  const ways = alertWays ?? null;
  const alerts = new AlertDesk(pool, log, ways);
  /** The lower of what the store and the caller hold: restoring either side then loses nothing. */
  const seeded = async (task: StartSyncTask): Promise<StartSyncTask> => {
    const stored = await storedWatermark(task.distributorId);
    return stored ? { ...task, watermark: stored } : task;
  };
  const storedWatermark = (distributorId: string): Promise<Watermark | null> => readWatermark(pool, distributorId);

  return {
    async registerDistributor({ onboardingId, input }) {
      const { distributor_id } = await adminApi.call<{ distributor_id: string }>('POST', '/v1/admin/distributors', {
        onboarding_id: onboardingId,
        legal_name: input.legalName,
        gstin: input.gstin,
        erp_type: input.erpType,
        contacts: input.contacts,
        time_zone: input.timeZone,
      });
      return { distributorId: distributor_id };
    },

    async provisionCredentials({ distributorId, requestId }) {
      const issued = await adminApi.call<{
        certificate_serial: string;
        certificate_expires_at: string;
        bundle_expires_at: string;
      }>('POST', `/v1/admin/distributors/${distributorId}/credentials`, { request_id: requestId });
      return {
        certificateSerial: issued.certificate_serial,
        certificateExpiresAt: issued.certificate_expires_at,
        bundleExpiresAt: issued.bundle_expires_at,
      };
    },

    connectorPolls: ({ distributorId }) => queueIsPolled(client, `connector-${distributorId}`),

    async measureQuality({ distributorId, from, to }) {
      const input = await completenessInputs(pool, distributorId, { from, to });
      const { score, parts } = completenessOf(input);
      return { score, parts, records: input.records };
    },

    async publishHeld({ distributorId, consent: { by, reference } }) {
      return await publishHeld(pool, distributorId, { by, reference });
    },

    async startDistributorSync(task) {
      const { distributorId, watermark } = task;
      if ((await readWatermark(pool, distributorId)) === null)
        await advanceWatermark(pool, distributorId, watermark, true);
      await setDistributorStatus(pool, distributorId, 'active');
      await ensureSyncWorkflow(client, firstState(await seeded(task)));
      await ensureSchedule(client, task);
      await ensureReconciliationSchedule(client, task);
      return { workflowId: syncWorkflowId(distributorId), scheduleId: syncScheduleId(distributorId) };
    },

    async undoOnboarding({ distributorId, by, reason }) {
      await adminApi.call('DELETE', `/v1/admin/distributors/${distributorId}/credentials`);
      await endSync(client, distributorId, `${by}: ${reason}`);
      for (const { sourceId } of await listSources(pool, secrets.vault, distributorId))
        await endIngestionSchedule(client, sourceId);
      await removeSources(pool, distributorId, by);
      await purgeDistributor(pool, distributorId);
      await setDistributorStatus(pool, distributorId, 'inactive');
      await alerts.resolve({ distributorId, rules: ALERT_RULES.map((rule) => rule.name) });
      log.info({ distributor: distributorId }, 'onboarding undone');
    },

    async moveSchedule(task) {
      await ensureReconciliationSchedule(client, task);
      return await ensureSchedule(client, task);
    },

    async requestSync(task, by) {
      await wakeSyncWorkflow(client, firstState(await seeded(task)), by);
    },

    async recordRun(report) {
      await recordRun(pool, report);
      await alerts.afterRun(report);
    },

    async supersedeSets({ distributorId, syncIds }) {
      await supersedeSets(pool, distributorId, syncIds);
    },

    async sweepUnfinishedSets() {
      await sweepUnfinishedSets(pool, { olderThanHours: 48 });
    },

    async setWatermark({ distributorId, lastSyncAt, counters, by, reason }) {
      return await setWatermark(pool, distributorId, { last_sync_at: lastSyncAt, counters }, `${by}: ${reason}`);
    },

    async readWatermark({ distributorId }) {
      const stored = await storedWatermark(distributorId);
      return stored && { ...stored, pendingDue: await hasPendingDue(pool, distributorId) };
    },

    ...reconcilingTasks(pool, client),
    ...bridgeJobTasks({ pool, vault: secrets.vault }),
    ...fileTasks({ pool, client, log, alerts, ...secrets }),

    async raiseAlert(alert) {
      if (alert.message.length > 2_000)
        throw ApplicationFailure.nonRetryable('An alert is one sentence.', 'InvalidInput');
      await alerts.raise(alert);
    },

    resolveAlerts: async (task) => ({ resolved: await alerts.resolve(task) }),
    tellDueAlerts: () => alerts.tellDue(),
    noticeStaleness: () => noticeStaleness(pool, client, alerts),
    sendDailyReport: ({ day }) => sendDailyReport(pool, ways, day),
  };
}
