import { z } from 'zod';
import type { ControlRoutes } from '../control-server.js';
import { FAULT_KINDS } from './faults.js';
import type { TallySimulator } from './index.js';
import { MUTATION_KINDS } from './mutations.js';

const Fault = z.strictObject({
  kind: z.enum(FAULT_KINDS),
  on: z
    .array(
      z.enum([
        'status',
        'company',
        'group',
        'ledger',
        'vouchertype',
        'voucher',
        'voucher-register',
        'day-book',
        'list-of-accounts',
        'bills-receivable',
        'stockitem',
        'unit',
        'godown',
        'list-of-companies',
        'list-of-ledgers',
        'list-of-stock-items',
        'import',
        'unknown',
      ]),
    )
    .optional(),
  times: z.number().int().min(1).optional(),
  after: z.number().int().min(0).optional(),
  amount: z.number().optional(),
});
const Mutation = z.strictObject({
  kind: z.enum(MUTATION_KINDS),
  guid: z.string().optional(),
  nth: z.number().int().min(0).optional(),
  date: z.iso.date().optional(),
  amountPaise: z.number().int().optional(),
  days: z.number().int().optional(),
  to: z.string().optional(),
});
const count = z.number().int().min(0).optional();
const DayOfTrade = z.strictObject({ sales: count, receipts: count, edits: count, cancels: count });
const Today = z.strictObject({ date: z.iso.date() });
const Typed = z.strictObject({
  type: z.string(),
  number: z.string(),
  date: z.iso.date(),
  party: z.string().optional(),
  reference: z.string().optional(),
  narration: z.string().optional(),
  entries: z.array(z.strictObject({ ledger: z.string(), paise: z.number().int() })),
});
const Deleted = z.strictObject({ masterId: z.number().int() });
const Online = z.strictObject({ online: z.boolean() });

/** The simulator's remote control, for tests in other processes. */
export const controlRoutes = (simulator: TallySimulator): ControlRoutes => ({
  'GET /totals': () => simulator.totals(),
  'GET /requests': () => simulator.requests,
  'DELETE /requests': () => {
    simulator.requests.length = 0;
    return {};
  },
  'GET /faults': () => simulator.faults(),
  'POST /faults': (body) => {
    simulator.setFault(Fault.parse(body));
    return simulator.faults();
  },
  'DELETE /faults': () => {
    simulator.clearFaults();
    return {};
  },
  'POST /mutate': (body) => simulator.mutate(Mutation.parse(body)),
  'POST /day-of-trade': (body) => simulator.dayOfTrade(DayOfTrade.parse(body)),
  'GET /imported': () => simulator.imported(),
  'GET /import-requests': () => simulator.importRequests(),
  'POST /enter': (body) => simulator.person.enterVoucher(Typed.parse(body)),
  'POST /delete': (body) => {
    simulator.person.deleteVoucher(Deleted.parse(body).masterId);
    return {};
  },
  'POST /today': (body) => {
    simulator.setToday(Today.parse(body).date);
    return {};
  },
  'POST /online': async (body) => {
    await (Online.parse(body).online ? simulator.goOnline() : simulator.goOffline());
    return {};
  },
});
