import type { Logger } from 'pino';
import { backfillSubject, type RunReport } from '../../canonical/run-report.js';
import {
  isCommonCause,
  quarantineVerdict,
  type Role,
  rolesOf,
  whenToTell,
  whenToTryAgain,
} from '../../ops/alerts/decisions.js';
import { alertNotice } from '../../ops/alerts/notices.js';
import { deliver, deliveriesOf, type Notifier, type Recipient } from '../../ops/alerts/notifier.js';
import { ruleNamed, rulesResolvedBy } from '../../ops/alerts/rules.js';
import type { IdentityVault } from '../../ops/identity-vault.js';
import {
  type AlertToTell,
  distributorsWith,
  recordAlert,
  recordTelling,
  resolveAlerts,
  scheduleTelling,
  speakForAll,
  takeAlertToTell,
} from '../../store/alerts.js';
import type { Pool } from '../../store/database.js';
import { readContacts } from '../../store/distributors.js';
import type { AlertTask } from './tasks.js';

/** How alerts reach people; without notifiers they are rows and log lines. */
export interface AlertWays {
  notifiers: readonly Notifier[];
  /** Who is told at AltScore; null: the distributor's own contact there. */
  opsEmail: string | null;
  /** Opens the distributors' contacts. */
  vault: IdentityVault;
}

/** So many alerts are told in one go; the rest waits for the next. */
const MOST_AT_ONCE = 100;

/** Raises alerts, tells people of them and resolves them. That nobody could be told is kept in the row and never thrown. */
export class AlertDesk {
  constructor(
    private readonly pool: Pool,
    private readonly log: Logger,
    private readonly ways: AlertWays | null,
    private readonly now: () => Date = () => new Date(),
  ) {}

  /** A row, a log line when it is new, and a notice when it is time for one. */
  async raise(task: AlertTask): Promise<void> {
    const at = this.now();
    const rule = ruleNamed(task.rule, task.severity);
    const { alertId, opened, told } = await recordAlert(this.pool, { ...task, severity: rule.severity }, at);
    if (opened) {
      const { distributorId, audience } = task;
      this.log.warn({ rule: rule.name, distributor: distributorId, audience }, 'alert');
    }
    if (!this.ways || this.ways.notifiers.length === 0) return;
    const after = whenToTell(rule, told, at);
    if (after === null) return;
    await scheduleTelling(this.pool, alertId, after);
    if (after <= at) await this.tellNext(alertId);
  }

  async resolve(over: { distributorId: string | null; rules: readonly string[]; subject?: string }): Promise<number> {
    return (await resolveAlerts(this.pool, over, this.now())).resolved;
  }

  /** Tells what waits to be told, and tries again what could not be; stops early when nothing gets out. */
  async tellDue(): Promise<{ told: number; failed: number }> {
    const counts = { told: 0, failed: 0 };
    if (!this.ways || this.ways.notifiers.length === 0) return counts;
    while (counts.told + counts.failed < MOST_AT_ONCE) {
      const outcome = await this.tellNext();
      if (outcome === 'none') break;
      if (outcome === 'told') counts.told += 1;
      if (outcome === 'failed' || outcome === 'unreachable') counts.failed += 1;
      if (outcome === 'unreachable') break;
    }
    return counts;
  }

  /** What a finished run says about the distributor: quarantine worth telling, or trouble that is over. */
  async afterRun(report: RunReport): Promise<void> {
    const { distributorId, outcome, kind, totals } = report;
    if (outcome === 'running') return;
    const succeeded = outcome === 'success' || outcome === 'unchanged';
    if (succeeded && kind === 'delta') await this.resolve({ distributorId, rules: rulesResolvedBy('delta_succeeded') });
    if (succeeded && kind === 'backfill') {
      const rules = rulesResolvedBy('backfill_succeeded');
      await this.resolve({ distributorId, rules, subject: backfillSubject(report) });
    }
    if (!succeeded && outcome !== 'yielded') return;
    const verdict = quarantineVerdict(report);
    for (const name of verdict?.rules ?? []) {
      const { severity, hears } = ruleNamed(name);
      const audience = hears.join(' + ');
      const message = verdict?.message ?? '';
      await this.raise({ distributorId, rule: name, subject: distributorId, severity, audience, message });
    }
    const over = rulesResolvedBy('clean_run').filter((name) => !verdict?.rules.some((raised) => raised === name));
    if (totals.sent > 0) await this.resolve({ distributorId, rules: over });
  }

  private async tellNext(alertId?: number): Promise<'none' | 'spoken for' | 'told' | 'failed' | 'unreachable'> {
    const alert = await takeAlertToTell(this.pool, this.now(), alertId);
    if (!alert) return 'none';
    const common = await this.commonOf(alert);
    if (common) {
      const outcome = await this.tellNext(common.alertId);
      return outcome === 'none' ? 'spoken for' : outcome;
    }
    return await this.tell(alert);
  }

  /** Where many have the same trouble, one alert speaks for all of them, and this one keeps quiet. */
  private async commonOf(alert: AlertToTell): Promise<{ alertId: number } | null> {
    const { rule: name, cause } = alert;
    const rule = ruleNamed(name);
    if (alert.distributorId === null) return null;
    const affected = await distributorsWith(this.pool, name, cause);
    if (!isCommonCause(rule, affected)) return null;
    const at = this.now();
    const common = await recordAlert(
      this.pool,
      {
        distributorId: null,
        rule: name,
        subject: `common/${cause}`,
        severity: rule.severity,
        audience: 'ops',
        message: `${affected} distributors have it: ${alert.message}`,
        cause,
      },
      at,
    );
    await speakForAll(this.pool, common.alertId, name, cause);
    const after = whenToTell({ ...rule, gatherMinutes: 0 }, common.told, at);
    if (after) await scheduleTelling(this.pool, common.alertId, after);
    return common;
  }

  private async tell(alert: AlertToTell): Promise<'told' | 'failed' | 'unreachable'> {
    const rule = ruleNamed(alert.rule);
    const roles: Role[] = alert.subject.startsWith('common/') ? ['ops'] : rolesOf(rule, alert.audience);
    const recipients = await this.recipientsOf(alert.distributorId, roles);
    const all = deliveriesOf(alertNotice(rule, alert), this.ways?.notifiers ?? [], recipients);
    const open = all.filter(({ key }) => !alert.toldWays.includes(key));
    const { delivered, faults } = await deliver(open);
    const at = this.now();
    const fault = all.length === 0 ? 'There is nobody to tell: set OPS_EMAIL.' : faults.join('; ') || null;
    await recordTelling(this.pool, alert.alertId, {
      at,
      ways: [...alert.toldWays, ...delivered],
      fault,
      retryAfter: fault ? whenToTryAgain(alert.tellFailures + 1, at) : null,
    });
    if (!fault) return 'told';
    this.log.warn({ alert: alert.alertId, rule: alert.rule, reason: fault }, 'alert could not be told');
    return delivered.length === 0 ? 'unreachable' : 'failed';
  }

  /** Who has no address of its own is stood in for by Ops, so that somebody hears. */
  private async recipientsOf(distributorId: string | null, roles: Role[]): Promise<Recipient[]> {
    if (!this.ways) return [];
    const contacts = distributorId
      ? await readContacts(this.pool, this.ways.vault, distributorId).catch((err) => {
          this.log.error({ err, distributor: distributorId }, 'contacts cannot be read');
          return null;
        })
      : null;
    const ops = this.ways.opsEmail ?? contacts?.ops;
    const addresses: Record<Role, string | undefined> = {
      ops,
      distributor: contacts?.distributorIt,
      bd: contacts?.bd,
      data_engineering: contacts?.dataEngineering,
    };
    return roles.flatMap((role) => {
      const address = addresses[role] ?? ops;
      return address ? [{ role, address }] : [];
    });
  }
}
