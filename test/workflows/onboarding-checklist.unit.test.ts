import { describe, expect, it } from '@jest/globals';
import { DateTime } from 'luxon';
import { OnboardingChecklist } from '../../src/workflows/onboarding-checklist.js';

const WEDNESDAY_MS = DateTime.fromISO('2026-11-18T10:00', { zone: 'Asia/Kolkata' }).toMillis();
const later = (days: number): number => DateTime.fromMillis(WEDNESDAY_MS).plus({ days }).toMillis();
const dayOf = (iso: string | null): string | null => iso && DateTime.fromISO(iso, { zone: 'Asia/Kolkata' }).toISODate();
const newChecklist = (erpType: 'tally_prime' | 'sap_b1' | 'csv' = 'tally_prime') =>
  new OnboardingChecklist(WEDNESDAY_MS, erpType, 'Asia/Kolkata');

describe('the ten steps', () => {
  it('stand in the specification’s order, and the first that is not done is the stage', () => {
    const checklist = newChecklist();
    expect(checklist.steps.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    checklist.finish(1, 'Asha', 'DPA-1', WEDNESDAY_MS);
    expect(checklist.progress()).toMatchObject({ stage: '2 Distributor registered', waitingOn: 'AltScore Ops' });
  });

  it('are due by their business day; SAP’s installation takes two more', () => {
    expect(dayOf(newChecklist().begin(5, 'waiting', WEDNESDAY_MS).due)).toBe('2026-11-23');
    expect(dayOf(newChecklist('sap_b1').begin(5, 'waiting', WEDNESDAY_MS).due)).toBe('2026-11-25');
  });

  it('a step that begins after its day gets a business day of its own, for nobody is late for another’s delay', () => {
    expect(dayOf(newChecklist().begin(2, 'running', later(9)).due)).toBe('2026-11-30');
  });

  it('keep their due date when they are tried again', () => {
    const checklist = newChecklist();
    const { due } = checklist.begin(6, 'running', WEDNESDAY_MS);
    checklist.fail(6, 'Tally is closed', later(1));
    expect(checklist.begin(6, 'running', later(8)).due).toBe(due);
  });

  it('of a distributor who sends files are called what they are', () => {
    expect(newChecklist('csv').step(6).name).toBe('Test file accepted');
  });

  it('show what is overdue, what came early and what could not be used', () => {
    const checklist = newChecklist();
    checklist.begin(1, 'waiting', WEDNESDAY_MS).overdue = true;
    checklist.received.consentCompleted = { by: 'Asha', reference: 'C-1', at: '2026-11-18T04:30:00Z' };
    checklist.notices.push('agreementSigned is not valid at by.');
    const shown = checklist.markdown('Completeness **88**');
    expect(shown).toMatch(/\*\*1\. Data Partnership Agreement signed\*\* .*\*\*overdue\*\*/);
    expect(shown).toContain('- `consentCompleted` by Asha, C-1');
    expect(shown).toContain('- agreementSigned is not valid at by.');
    expect(shown).toContain('Completeness **88**');
  });
});
