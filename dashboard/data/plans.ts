import 'server-only';
import { adminApi } from './admin-api';
import { type ChangeResult, change, refused } from './change';
import {
  type ChangedPage,
  PLAN_CHANGE_ANSWER,
  PLAN_PREVIEW,
  PLANS_PAGE,
  type Plan,
  type PlanPreview,
  type PlansPage,
} from './plan-schema';
import type { QuotaChange } from './quota-schema';
import type { FleetViewer } from './viewer';

/** The most that the API previews at once. */
const LOOKED_AT = 100;
/** Few enough that one transaction and its announcements are done well within the time that an answer may take. */
export const CHANGED_AT_ONCE = 50;

const of = (plan: string) => `/plans/${encodeURIComponent(plan)}/quotas`;

/**
 * One page of plans, by name.
 * @throws AdminApiDown, AdminApiProblem
 */
export function listPlans(viewer: FleetViewer, query: { page: number; pageSize: number }): Promise<PlansPage> {
  return adminApi(viewer, '/plans', { schema: PLANS_PAGE, query });
}

/**
 * A plan by its name; undefined where there is none.
 * @throws AdminApiDown, AdminApiProblem
 */
export async function findPlan(viewer: FleetViewer, name: string): Promise<Plan | undefined> {
  const pageSize = 100;
  for (let page = 1; ; page += 1) {
    const { items, total } = await listPlans(viewer, { page, pageSize });
    const found = items.find((plan) => plan.name === name);
    if (found || page * pageSize >= total) return found;
  }
}

/** @throws AdminApiDown, AdminApiProblem */
export function previewPlan(viewer: FleetViewer, plan: string, settings: QuotaChange): Promise<PlanPreview> {
  const query = { limit: LOOKED_AT };
  return adminApi(viewer, `${of(plan)}/preview`, { schema: PLAN_PREVIEW, method: 'POST', query, body: settings });
}

/** Changes the next tenants of a plan, in the order of their ids, all of them or none. Only admins may. */
export async function changePlanPage(
  viewer: FleetViewer,
  plan: string,
  settings: QuotaChange & { reason: string },
  after: string | undefined,
): Promise<ChangeResult<ChangedPage>> {
  if (viewer.role !== 'admin') return refused('Only admins change quotas. Nothing was changed.');
  return change(async () => {
    const body = { ...settings, limit: CHANGED_AT_ONCE, ...(after !== undefined && { after }) };
    const { changed, next } = await adminApi(viewer, of(plan), { schema: PLAN_CHANGE_ANSWER, method: 'POST', body });
    return { changed: changed.length, next: next ?? undefined };
  });
}
