import { z } from 'zod';
import { type CategoryUsage, usageByCategory } from '../core/category-usage.js';
import { COUNTER_NAMES, RESOURCE_COUNTER_NAMES } from '../core/counters.js';
import { fail } from '../core/errors.js';
import type { UsageReader } from '../core/usage-reader.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { anyTenantId, day, named, time, whole } from './answer-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { withMilliseconds } from './milliseconds.js';
import { daySpanQuery, sampleSpanQuery } from './usage-schemas.js';

const DAY_MS = 86_400_000;
/** Each day is a row of every tenant and resource; each bucket one of every tenant. */
const MAX_FLEET_DAYS = 31;
const MAX_FLEET_SAMPLE_DAYS = 2;
/** Of whole days, each a row of every tenant. */
const MAX_FLEET_SAMPLE_DAYS_BY_DAY = 92;

const fleetDaysQuery = daySpanQuery.refine(
  ({ fromDate, toDate }) => Date.parse(toDate) - Date.parse(fromDate) < MAX_FLEET_DAYS * DAY_MS,
  { error: `must be within ${MAX_FLEET_DAYS} days of to`, path: ['from'] },
);
const fleetSamplesQuery = sampleSpanQuery.refine(
  ({ fromMs, toMs, stepMs }) => {
    const days = stepMs === DAY_MS ? MAX_FLEET_SAMPLE_DAYS_BY_DAY : MAX_FLEET_SAMPLE_DAYS;
    return toMs - fromMs <= days * DAY_MS;
  },
  {
    error: `must be within ${MAX_FLEET_SAMPLE_DAYS} days of to, or ${MAX_FLEET_SAMPLE_DAYS_BY_DAY} with step=1d`,
    path: ['from'],
  },
);

const count = z.number().min(0);
const ratio = z.number().min(0).max(1).nullable();
const counts = <Name extends string>(names: readonly Name[]) =>
  Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>;

const categoryUsage = named(
  'CategoryUsage',
  z.strictObject({
    category: z.string().meta({ description: '`(none)`: no category is known of these resources' }),
    resources: z.array(z.string()),
    ttlMs: whole.nullable().meta({ description: 'As it is configured; where the mode moves it, what it begins with' }),
    mode: z.enum(['static', 'dynamic', 'adaptive']).nullable(),
    ...counts(RESOURCE_COUNTER_NAMES),
    hitRate: ratio,
    byteHitRate: ratio.meta({ description: 'A miss weighs what the mean write of the category does' }),
    meanLoadMs: count.nullable().meta({ description: 'What the origin takes' }),
    savedLoadMs: count.nullable().meta({ description: 'What the hits would have taken there' }),
  }),
);
const items = z.array(categoryUsage);
const categoriesAnswer = z.strictObject({ tenantId: anyTenantId, from: day, to: day, items });
const fleetCategoriesAnswer = z.strictObject({ from: day, to: day, items });
const fleetSample = named(
  'FleetSample',
  z.strictObject({
    start: time,
    ...counts(COUNTER_NAMES),
  }),
);
const fleetSamplesAnswer = z.strictObject({ from: time, to: time, stepMs: whole, items: z.array(fleetSample) });

/** What was counted, by TTL category, and of all tenants together over time. */
export function statsRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { categories } = deps;
  return [
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/usage/categories',
      operationId: 'listUsageCategories',
      tag: 'Usage',
      summary: 'What was counted of each TTL category of a tenant',
      description: 'Sums of its resources over UTC days, both included; the last 30 by default.',
      scope: 'usage:read',
      query: daySpanQuery,
      answers: { 200: { description: 'The most asked for first', body: categoriesAnswer } },
      problems: ['USAGE_NOT_KEPT'],
      async handle({ req, res, query: span }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const resources = await readerOf(deps).resources(tenantId, span);
        const found = usageByCategory(resources, categories, tenantId).map(categoryView);
        res.json({ tenantId, from: span.fromDate, to: span.toDate, items: found });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/stats/categories',
      operationId: 'listFleetCategories',
      tag: 'Usage',
      summary: 'What was counted of each TTL category of all tenants',
      description: 'Both days are included; the last 30 by default, 31 at the most.',
      scope: 'usage:read',
      query: fleetDaysQuery,
      answers: { 200: { description: 'The most asked for first', body: fleetCategoriesAnswer } },
      problems: ['USAGE_NOT_KEPT'],
      async handle({ res, query: span }) {
        const resources = await readerOf(deps).fleetResources(span);
        const found = usageByCategory(resources, categories).map(categoryView);
        res.json({ from: span.fromDate, to: span.toDate, items: found });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/fleet/samples',
      operationId: 'listFleetSamples',
      tag: 'Usage',
      summary: 'What was counted of all tenants within each step of a span',
      description:
        'For charts. `to` is not included; the last 24 hours by default, 2 days at the most. With `step=1d` whole UTC days, 92 at the most.',
      scope: 'usage:read',
      query: fleetSamplesQuery,
      answers: { 200: { description: 'Oldest first', body: fleetSamplesAnswer } },
      problems: ['USAGE_NOT_KEPT'],
      async handle({ res, query: span }) {
        const samples = await readerOf(deps).fleetSamples(span);
        res.json({
          from: new Date(span.fromMs).toISOString(),
          to: new Date(span.toMs).toISOString(),
          stepMs: span.stepMs,
          items: samples.map(({ startMs, ...sample }) => ({
            start: new Date(startMs).toISOString(),
            ...withMilliseconds(sample),
          })),
        });
      },
    }),
  ];
}

/** JSON leaves out what is undefined; what is not known says so. */
function categoryView(usage: CategoryUsage) {
  const { ttlMs = null, mode = null, hitRate = null, byteHitRate = null } = usage;
  const { meanLoadMs = null, savedLoadMs = null } = usage;
  return withMilliseconds({ ...usage, ttlMs, mode, hitRate, byteHitRate, meanLoadMs, savedLoadMs });
}

function readerOf({ usageReader }: AdminDeps): UsageReader {
  if (usageReader === undefined) throw fail('USAGE_NOT_KEPT', { todo: 'pass a usage sink that can be read' });
  return usageReader;
}
