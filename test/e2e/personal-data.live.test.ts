import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openSecrets } from '../../src/ops/central-secrets.js';
import { payloadsOf, tracesOf } from '../support/traces.js';
import { World } from '../support/world.js';

const CANARIES = { gstin: '27CANRY1234C1ZX', name: 'Zebra Quokka Stores', phone: '9123498761' };
const VALUES = Object.values(CANARIES);

/** Where DESIGN §6 lets identity stand, and only sealed. */
const SEALED = { column: 'identity_sealed', table: 'bronze_invoices' };

describe('personal data of a retailer', () => {
  let world: World;
  beforeAll(async () => {
    world = await World.start({ seed: 4, months: 12, vouchers: 500, canaries: CANARIES });
    const onboarding = await world.onboard('consentCompleted');
    const { distributorId } = await onboarding.handle.result();
    world.simulator.dayOfTrade({ sales: 5, receipts: 5, edits: 2, cancels: 1 });
    await world.delta(distributorId!);
  });
  afterAll(() => world.close());

  const expectNoTrace = (what: string, haystack: Buffer): void => {
    expect(haystack.length).toBeGreaterThan(0);
    for (const value of VALUES) expect({ what, traces: tracesOf(value, haystack) }).toEqual({ what, traces: [] });
  };

  it('arrived in Bronze at all, sealed', async () => {
    const { vault } = await openSecrets(join(world.folder, 'secrets'));
    const { rows } = await world.database.pool.query(`select distributor_id, ${SEALED.column} from ${SEALED.table}`);
    const opened = rows.map((row) => JSON.stringify(vault.unsealIdentity(row.identity_sealed, row.distributor_id)));
    for (const value of VALUES) expect(opened.some((identity) => identity.includes(value))).toBe(true);
  });

  it('stands in no history', async () => {
    const histories: Buffer[] = [];
    for await (const { workflowId, runId } of world.client.workflow.list()) {
      const history = await world.client.workflow.getHandle(workflowId, runId).fetchHistory();
      histories.push(...payloadsOf(history), Buffer.from(JSON.stringify(history)));
    }
    expect(histories.length).toBeGreaterThan(10);
    expectNoTrace('histories', Buffer.concat(histories));
  });

  it('stands in no log line of any process', () => {
    for (const [name, { lines }] of Object.entries(world.programs)) {
      if (lines.length > 0) expectNoTrace(`log of ${name}`, Buffer.from(lines.join('\n')));
    }
    expect(world.programs.connector!.lines.length).toBeGreaterThan(10);
  });

  it('stands in no file the connector writes, nor in a file name', async () => {
    const files = await readdir(world.connectorFolder, { recursive: true, withFileTypes: true });
    expect(files.some(({ name }) => /^quarantine_bat_.*\.jsonl$/.test(name))).toBe(true);
    for (const file of files) {
      if (!file.isFile()) continue;
      const path = join(file.parentPath, file.name);
      expectNoTrace(file.name, Buffer.concat([Buffer.from(file.name), await readFile(path)]));
    }
  });

  it('stands readable in no table', async () => {
    const { rows } = await world.database.pool.query(
      `select quote_ident(table_name) as name from information_schema.tables where table_schema = 'public' and table_type = 'BASE TABLE'`,
    );
    expect(rows.length).toBeGreaterThan(10);
    for (const { name } of rows) {
      const dump = await world.database.pool.query(
        `select coalesce(string_agg(t::text, E'\\n'), '-') as text from ${name} t`,
      );
      expectNoTrace(`table ${name}`, Buffer.from(dump.rows[0].text));
    }
  });
});
