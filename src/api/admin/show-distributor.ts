import { DateTime } from 'luxon';
import { z } from 'zod';
import { completenessOf } from '../../canonical/completeness.js';
import { DistributorId, Problem } from '../../canonical/contract.js';
import { ErpType } from '../../canonical/records.js';
import { completenessInputs } from '../../store/completeness-inputs.js';
import { certificateExpiry } from '../../store/credentials.js';
import { DISTRIBUTOR_STATUSES, requireDistributor } from '../../store/distributors.js';
import { quarantinedByCode } from '../../store/standing.js';
import { bronzeTotals, type TypeTotals } from '../../store/totals.js';
import { readWatermark } from '../../store/watermarks.js';
import type { AdminRoute } from './platform.js';

const PERIOD_MONTHS = 36;
const sum = z.strictObject({ count: z.number().int(), paise: z.number().int() });
const dateTime = z.iso.datetime().nullable();

const schema = {
  tags: ['admin'],
  summary: 'State of a distributor: counts and sums only',
  security: [{ admin: [] }],
  params: z.strictObject({ id: DistributorId }),
  response: {
    200: z.strictObject({
      distributor_id: DistributorId,
      onboarding_id: z.string(),
      legal_name: z.string(),
      erp_type: ErpType,
      time_zone: z.string(),
      status: z.enum(DISTRIBUTOR_STATUSES),
      consent_at: dateTime,
      certificate_expires_at: dateTime,
      published_through: dateTime,
      /** Of the last 36 months. */
      data_completeness_score: z.number(),
      records: z.strictObject({ invoices: sum, payments: sum, returns: sum, adjustments: sum }),
      /** Documents of which something is quarantined now, by the rule that was broken. */
      quarantined: z.record(z.string(), z.number().int()),
      visibility: z.enum(['held', 'published']),
    }),
    '4xx': Problem,
  },
};

export const showDistributorRoute: AdminRoute =
  ({ pool }) =>
  async (app) => {
    app.get('/v1/admin/distributors/:id', { schema }, async (request) => {
      const distributor = await requireDistributor(pool, request.params.id);
      const today = DateTime.now().setZone(distributor.timeZone);
      const period = { from: today.minus({ months: PERIOD_MONTHS }).toISODate()!, to: today.toISODate()! };
      const [totals, completeness, expiry, watermark, quarantined] = await Promise.all([
        bronzeTotals(pool, distributor.distributorId, 'any'),
        completenessInputs(pool, distributor.distributorId, period),
        certificateExpiry(pool, distributor.distributorId),
        readWatermark(pool, distributor.distributorId),
        quarantinedByCode(pool, distributor.distributorId),
      ]);
      const only = ({ count, paise }: TypeTotals) => ({ count, paise });
      return {
        distributor_id: distributor.distributorId,
        onboarding_id: distributor.onboardingId,
        legal_name: distributor.legalName,
        erp_type: distributor.erpType,
        time_zone: distributor.timeZone,
        status: distributor.status,
        consent_at: distributor.consentAt,
        certificate_expires_at: expiry,
        published_through: watermark?.last_sync_at ?? null,
        data_completeness_score: completenessOf(completeness).score,
        records: {
          invoices: only(totals.invoices),
          payments: only(totals.payments),
          returns: only(totals.returns),
          adjustments: only(totals.adjustments),
        },
        quarantined,
        visibility: distributor.consentAt === null ? ('held' as const) : ('published' as const),
      };
    });
  };
