import { setTimeout as pause } from 'node:timers/promises';
import type { Onboarding } from '../onboarding.js';
import type { Access } from './access.js';

/** What the people of an onboarding do, played: each by the step whose turn it is. */
export class People {
  constructor(
    private readonly onboarding: Onboarding,
    private readonly access: Access,
  ) {}

  /** Does what people have to do in a step; nothing where machines do it all. */
  async act(step: number): Promise<void> {
    switch (step) {
      case 1:
        await this.onboarding.tell('agreementSigned', { by: 'Asha (BD)', reference: 'DocuSign envelope DPA-001' });
        return;
      case 4:
        await this.access.give((await this.onboarding.progress()).distributorId!);
        await this.onboarding.tell('secretsAcknowledged', { by: 'Ravi (distributor IT)', reference: 'bundle fetched' });
        return;
      case 5:
        this.access.open();
        await this.onboarding.tell('disclosureConfirmed', {
          by: 'Ravi (distributor IT)',
          reference: 'notice sent to retailers',
        });
        return;
      case 6:
        return await this.access.send();
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
      const line = step === 7 ? await this.access.line() : shown;
      if (line !== shown) show(line);
      shown = line;
      await pause(150);
    }
  }
}
