import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { emptyTotals } from '../../../src/canonical/run-report.js';
import {
  isCommonCause,
  MOST_TELLING_ATTEMPTS,
  quarantineVerdict,
  rolesOf,
  whenToTell,
  whenToTryAgain,
} from '../../../src/ops/alerts/decisions.js';
import { ALERT_RULES, ruleNamed, rulesResolvedBy } from '../../../src/ops/alerts/rules.js';

const at = (iso: string): Date => DateTime.fromISO(iso, { zone: 'Asia/Kolkata' }).toJSDate();
const noon = at('2026-11-20T12:00');
const never = { at: null, ofThis: false };

describe('when people are told', () => {
  it('of an aborted run at once, of a missed one after half an hour, in which it may be over', () => {
    expect(whenToTell(ruleNamed('sync_aborted'), never, noon)).toEqual(noon);
    expect(whenToTell(ruleNamed('sync_missed'), never, noon)).toEqual(at('2026-11-20T12:30'));
  });

  it('once a day of what stays and is raised again', () => {
    const rule = ruleNamed('quarantine_high');
    const told = (iso: string) => ({ at: at(iso), ofThis: true });
    expect(whenToTell(rule, told('2026-11-19T12:01'), noon)).toBeNull();
    expect(whenToTell(rule, told('2026-11-19T12:00'), noon)).toEqual(noon);
  });

  it('later of what comes and goes: not before its time, but surely should it stay', () => {
    const told = { at: at('2026-11-20T10:00'), ofThis: false };
    expect(whenToTell(ruleNamed('sync_aborted'), told, noon)).toEqual(at('2026-11-20T16:00'));
  });

  it('again when it could not be delivered, less and less often, and at last no more', () => {
    expect(whenToTryAgain(1, noon)).toEqual(at('2026-11-20T12:05'));
    expect(whenToTryAgain(3, noon)).toEqual(at('2026-11-20T12:20'));
    expect(whenToTryAgain(MOST_TELLING_ATTEMPTS - 1, noon)).not.toBeNull();
    expect(whenToTryAgain(MOST_TELLING_ATTEMPTS, noon)).toBeNull();
  });
});

describe('who is told', () => {
  it.each([
    ['step_overdue', 'AltScore BD + Distributor', ['bd', 'distributor']],
    ['step_failed', 'Distributor IT + AltScore Ops', ['distributor', 'ops']],
    ['step_overdue', 'AltScore Data Engineering', ['data_engineering']],
    ['step_failed', 'Connector', ['ops']],
    ['quarantine_share', 'ignored', ['distributor']],
    ['quarantine_high', 'ignored', ['ops']],
    ['sync_aborted', 'ops', ['ops']],
    ['a_rule_of_tomorrow', 'ops', ['ops']],
  ])('of %s for %s', (rule, audience, roles) => {
    expect(rolesOf(ruleNamed(rule), audience)).toEqual(roles);
  });

  it('only Ops, and once, when ten distributors have one cause; a step is always its owner’s', () => {
    expect(isCommonCause(ruleNamed('sync_aborted'), 9)).toBe(false);
    expect(isCommonCause(ruleNamed('sync_aborted'), 10)).toBe(true);
    expect(isCommonCause(ruleNamed('step_overdue'), 100)).toBe(false);
  });
});

describe('quarantine of a run', () => {
  const run = (sent: number, quarantined: Record<string, number>) =>
    quarantineVerdict({
      kind: 'delta',
      from: '2026-11-13',
      to: '2026-11-20',
      totals: { ...emptyTotals(), sent, quarantined },
    });

  it.each([
    ['nothing read', 0, 0, undefined],
    ['5 % exactly', 95, 5, undefined],
    ['over 5 %', 94, 6, ['quarantine_share']],
    ['10 % exactly', 90, 10, ['quarantine_share']],
    ['over 10 %', 89, 11, ['quarantine_share', 'quarantine_high']],
    ['all of it', 0, 1, ['quarantine_share', 'quarantine_high']],
  ])('%s', (_name, sent, quarantined, rules) => {
    expect(run(sent, quarantined ? { INVALID_GSTIN: quarantined } : {})?.rules).toEqual(rules);
  });

  it('is told in counts by code, the most frequent first', () => {
    expect(run(80, { AMOUNT_OUTLIER: 3, INVALID_GSTIN: 17 })?.message).toBe(
      '20 of 100 records (20 %) of the delta 2026-11-13 – 2026-11-20 are quarantined: INVALID_GSTIN 17, AMOUNT_OUTLIER 3.',
    );
  });
});

describe('the rules', () => {
  it('have names of their own, and each can end by itself', () => {
    expect(new Set(ALERT_RULES.map(({ name }) => name)).size).toBe(ALERT_RULES.length);
    const ending = [
      ...rulesResolvedBy('delta_succeeded'),
      ...rulesResolvedBy('clean_run'),
      ...rulesResolvedBy('step_done'),
      ...rulesResolvedBy('backfill_succeeded'),
      ...rulesResolvedBy('news'),
      ...rulesResolvedBy('books_agree'),
      ...rulesResolvedBy('files_taken'),
      ...rulesResolvedBy('schema_accepted'),
      ...rulesResolvedBy('export_done'),
      ...rulesResolvedBy('import_goes_on'),
    ];
    expect(ending.sort()).toEqual(ALERT_RULES.map(({ name }) => name).sort());
  });
});
