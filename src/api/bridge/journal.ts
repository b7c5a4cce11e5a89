import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import {
  BeginRow,
  BegunRow,
  EndedRows,
  EndRows,
  type RowOutcome,
  SettledRow,
  SettleRow,
} from '../../canonical/bridge.js';
import { Problem } from '../../canonical/contract.js';
import { beginRow, endRows, settleRow } from '../../store/bridge-journal.js';
import { params } from './jobs.js';
import type { BridgePlatform } from './platform.js';
import { MAX_BODY_BYTES } from './submit.js';

const shared = { tags: ['bridge'], params };
const SENT_ENDS: ReadonlySet<string> = new Set(['created', 'already_there', 'refused', 'unknown']);
const UNSENT_ENDS: ReadonlySet<string> = new Set(['already_there', 'refused', 'unknown']);
const endsIn = (states: ReadonlySet<string>) => (outcome: Pick<RowOutcome, 'state'> | null) =>
  outcome === null || states.has(outcome.state);

const beginning = {
  ...shared,
  summary: 'Say that a row is about to be sent, with the very bytes; the answer says whether it may be',
  body: BeginRow,
  response: { 200: BegunRow, '4xx': Problem },
};
const settling = {
  ...shared,
  summary: 'Say what came of an attempt, with what was said to the ERP',
  description: '409 attempt_superseded where the row was begun again meanwhile, or has come to its end.',
  body: SettleRow.refine(({ outcome }) => endsIn(SENT_ENDS)(outcome), {
    path: ['outcome', 'state'],
    error: 'expected created, already_there, refused or unknown',
  }),
  response: { 200: SettledRow, '4xx': Problem },
};
const ending = {
  ...shared,
  summary: 'End rows without sending anything more of them',
  description:
    'Of a row that was begun only that its outcome is unknown can be said so. Rows with an end are left alone.',
  body: EndRows.refine(({ rows }) => rows.every(({ outcome }) => endsIn(UNSENT_ENDS)(outcome)), {
    path: ['rows'],
    error: 'expected already_there, refused or unknown',
  }),
  response: { 200: EndedRows, '4xx': Problem },
};

/** The journal of the certificate's company (`store/bridge-journal.ts`). */
export const journalRoutes =
  ({ pool, vault }: BridgePlatform): FastifyPluginAsyncZod =>
  async (app) => {
    const options = { bodyLimit: MAX_BODY_BYTES };
    app.post('/v1/bridge/jobs/:id/begin', { schema: beginning, ...options }, ({ companyId, params, body }) =>
      beginRow(pool, vault, { companyId, jobId: params.id }, body),
    );
    app.post('/v1/bridge/jobs/:id/settle', { schema: settling, ...options }, ({ companyId, params, body }) =>
      settleRow(pool, vault, { companyId, jobId: params.id }, body),
    );
    app.post('/v1/bridge/jobs/:id/end', { schema: ending, ...options }, async ({ companyId, params, body }) => ({
      ended: await endRows(pool, vault, { companyId, jobId: params.id }, body),
    }));
  };
