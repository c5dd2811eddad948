import { z } from 'zod';
import { ALERT_KINDS } from '../core/alert.js';
import { MAX_QUOTA_THRESHOLDS, MAX_THRESHOLD_PERCENT } from '../core/alert-rules.js';
import { TENANT_ID_PATTERN } from '../core/tenant-id.js';
import { WEBHOOK_EVENTS } from '../core/webhooks.js';
import { page, pageSize, reason } from './admin-schemas.js';

const MAX_COUNT = 1_000_000_000;
const flag = z.boolean({ error: 'must be true or false' });

function share(max: number) {
  const error = `must be a number from 0.01 to ${max}, with two decimals at the most`;
  return z
    .number({ error })
    .min(0.01, { error })
    .max(max, { error })
    .refine((value) => Math.abs(value * 100 - Math.round(value * 100)) < 1e-6, { error });
}

function count() {
  const error = `must be a whole number from 1 to ${MAX_COUNT}`;
  return z.number({ error }).int({ error }).min(1, { error }).max(MAX_COUNT, { error });
}

const thresholdsError = `must be 1 to ${MAX_QUOTA_THRESHOLDS} numbers`;
const quota = z.strictObject({
  enabled: flag.optional(),
  thresholdsPercent: z
    .array(share(MAX_THRESHOLD_PERCENT), { error: thresholdsError })
    .min(1, { error: thresholdsError })
    .max(MAX_QUOTA_THRESHOLDS, { error: thresholdsError })
    .optional(),
});
const hitRateDrop = z.strictObject({
  enabled: flag.optional(),
  points: share(100).optional(),
  minRequests: count().optional(),
});
const rejectionRate = z.strictObject({
  enabled: flag.optional(),
  percent: share(100).optional(),
  minWrites: count().optional(),
});

/** The whole of the rules: what is left out has its default again. */
export const alertRulesBody = z.strictObject({
  quota: quota.optional(),
  hitRateDrop: hitRateDrop.optional(),
  rejectionRate: rejectionRate.optional(),
  reason,
});

const tenant = z.string().regex(TENANT_ID_PATTERN, { error: 'must be a tenant id' });
const state = z.enum(['open', 'resolved'], { error: 'must be open or resolved' }).optional();
const kind = z.enum(ALERT_KINDS, { error: `must be one of ${ALERT_KINDS.join(', ')}` }).optional();

export const ownAlertsQuery = z.strictObject({ state, kind, page, pageSize });
export const alertsQuery = z.strictObject({ tenant: tenant.optional(), state, kind, page, pageSize });
export const reasonBody = z.strictObject({ reason });

const eventsError = `must be some of ${WEBHOOK_EVENTS.join(', ')}`;
const events = z
  .array(z.enum(WEBHOOK_EVENTS, { error: eventsError }), { error: eventsError })
  .min(1, { error: eventsError })
  .max(WEBHOOK_EVENTS.length, { error: eventsError })
  .transform((given) => [...new Set(given)]);
/** What it says is judged apart. */
const url = z.string({ error: 'must be a URL' });

export const newWebhookBody = z.strictObject({
  tenantId: tenant.nullable().default(null),
  url,
  events: events.default([...WEBHOOK_EVENTS]),
  active: flag.default(true),
  reason,
});
export const webhookBody = z
  .strictObject({ url: url.optional(), events: events.optional(), active: flag.optional(), reason })
  .refine((body) => Object.keys(body).length > 1, { error: 'must change something besides the reason' });
/** `fleet`: those of no tenant. */
export const webhooksQuery = z
  .strictObject({
    tenant: tenant.optional(),
    fleet: z.enum(['true'], { error: 'must be true' }).optional(),
    page,
    pageSize,
  })
  .refine((query) => query.tenant === undefined || query.fleet === undefined, { error: 'must name tenant or fleet' });
export const deliveriesQuery = z.strictObject({
  state: z.enum(['pending', 'delivered', 'gave-up'], { error: 'must be pending, delivered or gave-up' }).optional(),
  page,
  pageSize,
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}
