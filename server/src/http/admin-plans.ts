import type { PlanRecord, TenantRecord } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { effectiveLimits } from '../core/fleet.js';
import { sameSettings } from '../core/quota.js';
import type { AdminDeps } from './admin-routes.js';
import { pageQuery, previewBody, type SettingsChange } from './admin-schemas.js';
import { mebibytes, quotaView, settingsOf } from './admin-views.js';
import { announce } from './announce.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import {
  planChangeAnswer,
  planPreviewAnswer,
  planPreviewQuery,
  planQuotasBody,
  plansAnswer,
} from './tenant-schemas.js';

const TAG = 'Plans';
/** Previews that are asked for at once: each is a look at the indexes of one tenant. */
const SIDE_BY_SIDE = 4;

/** What tenants are given by their plan, and how those of one plan are given something else, many at a time. */
export function planRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory } = deps;

  async function planOf(name: unknown): Promise<PlanRecord> {
    const plan = (await directory.plans()).find((each) => each.name === name);
    if (!plan) throw fail('PLAN_NOT_FOUND');
    return plan;
  }

  async function previewOf(record: TenantRecord, change: SettingsChange) {
    const settings = { ...record.settings, ...settingsOf(change) };
    const changes = !sameSettings(record.settings, settings);
    const limits = effectiveLimits({ ...record, settings }, deps.fleet());
    const { usedBytes, evictBytes, evictEntries, exact } = await deps.preview(record.tenantId, limits);
    return { changes, item: { tenantId: record.tenantId, usedBytes, evictBytes, evictEntries, exact } };
  }

  return [
    adminRoute({
      method: 'get',
      path: '/plans',
      operationId: 'listPlans',
      tag: TAG,
      summary: 'Plans, with their quota and how many tenants they have',
      scope: 'tenants:read',
      query: pageQuery,
      answers: { 200: { description: 'By name', body: plansAnswer } },
      async handle({ res, query: { page, pageSize } }) {
        const plans = await directory.plans();
        const items = plans.slice((page - 1) * pageSize, page * pageSize).map(planView);
        res.json({ items, total: plans.length, page, pageSize });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/plans/:plan/quotas/preview',
      operationId: 'previewPlanQuotas',
      tag: TAG,
      summary: 'What a change of the quotas of a plan’s tenants would evict; changes nothing',
      description:
        'Looks at `limit` of them (25, at most 100), those with the greatest use as it was last brought to the directory.',
      scope: 'tenants:read',
      query: planPreviewQuery,
      body: previewBody,
      answers: { 200: { description: 'How many, and how much', body: planPreviewAnswer } },
      problems: ['PLAN_NOT_FOUND', 'STORE_UNAVAILABLE'],
      async handle({ req, res, query: { limit }, body }) {
        const plan = await planOf(req.params.plan);
        const found = await directory.list({
          plan: plan.name,
          sort: 'usage',
          order: 'desc',
          page: 1,
          pageSize: limit,
        });
        const previews = await eachOf(found.items, SIDE_BY_SIDE, (record) => previewOf(record, body));
        const items = previews.map(({ item }) => item);
        const looked = items.length;
        res.json({
          plan: plan.name,
          tenants: found.total,
          looked,
          changing: previews.filter(({ changes }) => changes).length,
          evictBytes: items.reduce((sum, { evictBytes }) => sum + evictBytes, 0),
          evictEntries: items.reduce((sum, { evictEntries }) => sum + evictEntries, 0),
          exact: looked === found.total && items.every(({ exact }) => exact),
          items,
        });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/plans/:plan/quotas',
      operationId: 'changePlanQuotas',
      tag: TAG,
      summary: 'Gives tenants of a plan other quotas of their own, a page at a time',
      description:
        'Looks at `limit` of them (100, at most 500) in the order of their ids, from `after` on, and changes all or none of them. Go on with `next` until it is null. Those that have these settings already are left alone, so that a page may be asked for again.',
      scope: 'quotas:write',
      body: planQuotasBody,
      answers: { 200: { description: 'Who was changed, and where to go on', body: planChangeAnswer } },
      problems: ['PLAN_NOT_FOUND', 'TENANT_INVALID'],
      async handle({ req, res, actor, body: { reason, after, limit, ...change } }) {
        const plan = await planOf(req.params.plan);
        const { changed, next } = await directory.changePlanQuotas(
          plan.name,
          { settings: settingsOf(change), reason },
          { after: after === undefined ? undefined : deps.tenantId(after), count: limit },
          actor,
        );
        for (const record of changed) await announce(deps, record);
        const fleet = deps.fleet();
        res.json({ changed: changed.map((record) => quotaView(record, fleet)), next: next ?? null });
      },
    }),
  ];
}

function planView({ settings, ...plan }: PlanRecord) {
  const { quotaBytes, overageLimitBytes, ...rest } = settings;
  return { ...plan, quota: { quotaMb: mebibytes(quotaBytes), overageLimitMb: mebibytes(overageLimitBytes), ...rest } };
}

/** In the order of `items`. */
async function eachOf<T, R>(items: readonly T[], atOnce: number, work: (item: T) => Promise<R>): Promise<R[]> {
  const done: R[] = [];
  for (let from = 0; from < items.length; from += atOnce) {
    done.push(...(await Promise.all(items.slice(from, from + atOnce).map(work))));
  }
  return done;
}
