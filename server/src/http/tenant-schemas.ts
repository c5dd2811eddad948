import { z } from 'zod';
import { AUDITED_ACTIONS } from '../core/directory.js';
import { TENANT_ID_PATTERN } from '../core/tenant-id.js';
import type { TenantIdRule } from '../core/tenant-id-option.js';
import { count, page, pageSize, reason, settings, text } from './admin-schemas.js';
import { anyTenantId, named, pageOf, time, whole } from './answer-schemas.js';
import { quotaAnswer, tenantAnswer } from './quota-answers.js';
import { instant } from './usage-schemas.js';

const MAX_PLAN_NAME = 100;
/** Changed in one transaction, and announced one after another. */
const MAX_CHANGED_AT_ONCE = 500;
const DEFAULT_CHANGED_AT_ONCE = 100;
const SOURCES = ['api', 'dashboard', 'system'] as const;

const given = (max: number) => text(max).trim().min(1, { error: 'must not be empty' });
const tenant = z.string().regex(TENANT_ID_PATTERN, { error: 'must be a tenant id' });
const planName = given(MAX_PLAN_NAME);
const suspended = z.boolean({ error: 'must be true or false' });
const changesSomething = { error: 'must change something besides the reason' };

export const tenantsQuery = z.strictObject({
  search: text(100).optional(),
  plan: text(MAX_PLAN_NAME).optional(),
  sort: z
    .enum(['name', 'quota', 'usage', 'changed'], { error: 'must be name, quota, usage or changed' })
    .default('name'),
  order: z.enum(['asc', 'desc'], { error: 'must be asc or desc' }).default('asc'),
  page,
  pageSize,
});
const tenantIdError = 'must be a tenant id: 1 to 64 letters, digits, _ and -, as this cache allows them';
/** @param rule the whole of what a tenant id is in this cache */
export function newTenantBody(rule: TenantIdRule) {
  const tenantId = text(64)
    .regex(TENANT_ID_PATTERN, { error: tenantIdError, abort: true })
    .refine((id) => keeps(rule, id), { error: tenantIdError });
  return z.strictObject({
    tenantId,
    name: given(200).optional(),
    plan: planName.optional(),
    suspended: suspended.default(false),
    reason,
  });
}
export const tenantBody = z
  .strictObject({ name: given(200).optional(), plan: planName.optional(), suspended: suspended.optional(), reason })
  .refine((body) => Object.keys(body).length > 1, changesSomething);
export const deleteTenantBody = z.strictObject({ confirm: text(64), reason });

const limitError = `must be a whole number from 1 to ${MAX_CHANGED_AT_ONCE}`;
export const planQuotasBody = z
  .strictObject({
    ...settings,
    after: tenant.optional(),
    limit: z
      .number({ error: limitError })
      .int({ error: limitError })
      .min(1, { error: limitError })
      .max(MAX_CHANGED_AT_ONCE, { error: limitError })
      .default(DEFAULT_CHANGED_AT_ONCE)
      .meta({ description: 'Tenants looked at, in the order of their ids' }),
    reason,
  })
  .refine((body) => Object.keys(settings).some((name) => name in body), changesSomething);
export const planPreviewQuery = z.strictObject({
  limit: count(100).default(25).meta({ description: 'Tenants looked at, the greatest use first' }),
});

const auditFilters = {
  actor: text(200).optional(),
  action: z.enum(AUDITED_ACTIONS, { error: `must be one of ${AUDITED_ACTIONS.join(', ')}` }).optional(),
  source: z.enum(SOURCES, { error: `must be one of ${SOURCES.join(', ')}` }).optional(),
  from: instant.optional(),
  to: instant.optional(),
  page,
  pageSize,
};
const inOrder = ({ from = 0, to = Number.POSITIVE_INFINITY }: { from?: number | undefined; to?: number | undefined }) =>
  from < to;
const outOfOrder = { error: 'must be before to', path: ['from'] };
export const auditQuery = z.strictObject({ tenant: tenant.optional(), ...auditFilters }).refine(inOrder, outOfOrder);
export const tenantAuditQuery = z.strictObject(auditFilters).refine(inOrder, outOfOrder);

export const tenantsAnswer = pageOf(tenantAnswer);
export const removalAnswer = z.strictObject({
  tenantId: anyTenantId,
  store: z
    .strictObject({ entries: whole, bytes: whole })
    .meta({ description: 'What was counted of the tenant in the shared store when it was taken away' }),
});

const settingsAnswer = z.strictObject({
  quotaMb: z.number(),
  overageAllowed: z.boolean(),
  overageLimitMb: z.number(),
  policy: z.string(),
  enforcement: z.string(),
});
export const plansAnswer = pageOf(
  named(
    'Plan',
    z.strictObject({
      name: z.string(),
      quota: settingsAnswer,
      isDefault: z.boolean().meta({ description: 'Whether tenants that are not known are on it' }),
      tenants: whole,
      tenantsWithOwnQuota: whole.meta({ description: 'Of them, those whose quota is not the plan’s' }),
      prices: z
        .record(z.string(), z.string())
        .nullable()
        .meta({ description: 'Decimals in text; null where nothing has a price' }),
    }),
  ),
);
export const planPreviewAnswer = z.strictObject({
  plan: z.string(),
  tenants: whole.meta({ description: 'On the plan' }),
  looked: whole.meta({ description: 'Of them, those that were looked at: the greatest use first' }),
  changing: whole.meta({ description: 'Of those, how many would have other settings' }),
  evictBytes: whole,
  evictEntries: whole,
  exact: z.boolean().meta({ description: 'False: not all were looked at, or of one an estimate' }),
  items: z.array(
    z.strictObject({
      tenantId: anyTenantId,
      usedBytes: whole,
      evictBytes: whole,
      evictEntries: whole,
      exact: z.boolean(),
    }),
  ),
});
export const planChangeAnswer = z.strictObject({
  changed: z.array(quotaAnswer),
  next: anyTenantId.nullable().meta({ description: 'To go on from, as `after`; null: this was the last page' }),
});

function keeps(rule: TenantIdRule, id: string): boolean {
  try {
    return rule(id) === id;
  } catch {
    return false;
  }
}

const state = z.record(z.string(), z.unknown()).nullable();
export const auditAnswer = pageOf(
  named(
    'AuditRow',
    z.strictObject({
      id: z.string(),
      tenantId: anyTenantId.nullable().meta({ description: 'Null: it concerns all' }),
      at: time,
      actor: z.string(),
      onBehalfOf: z.string().nullable(),
      source: z.enum(SOURCES),
      ip: z
        .string()
        .nullable()
        .meta({ description: 'Where the request came from; null to tenants, who see it of nobody' }),
      action: z.enum(AUDITED_ACTIONS),
      before: state,
      after: state,
      reason: z.string(),
    }),
  ),
);
