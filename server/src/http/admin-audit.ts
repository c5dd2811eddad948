import type { AuditQuery, Page, QuotaChange, TenantDirectory } from '../core/directory.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { AdminDeps } from './admin-routes.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { auditAnswer, auditQuery, tenantAuditQuery } from './tenant-schemas.js';

const TAG = 'Audit';
const DESCRIPTION = '`from` is included, `to` is not.';

/** Who changed what, and why. */
export function auditRoutes({ directory, tenantId }: AdminDeps): AdminApiRoute[] {
  return [
    adminRoute({
      method: 'get',
      path: '/audit',
      operationId: 'listAudit',
      tag: TAG,
      summary: 'What was changed, of all tenants and of the fleet',
      description: `${DESCRIPTION} Rows of tenants that were deleted stay.`,
      scope: 'audit:read',
      query: auditQuery,
      answers: { 200: { description: 'Newest first', body: auditAnswer } },
      problems: ['TENANT_INVALID'],
      async handle({ res, query: { tenant, ...query } }) {
        const of = tenant === undefined ? {} : { tenant: tenantId(tenant) };
        res.json(await directory.audit({ ...filtersOf(query), ...of }));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/audit',
      operationId: 'listTenantAudit',
      tag: TAG,
      summary: 'What was changed of one tenant',
      description: `${DESCRIPTION} Answers for a tenant that was deleted, too.`,
      scope: 'audit:read',
      query: tenantAuditQuery,
      answers: { 200: { description: 'Newest first', body: auditAnswer } },
      async handle({ req, res, query, isStaff }) {
        const tenant = tenantId(req.params.tenantId);
        const found = await directory.audit({ ...filtersOf(query), tenant });
        if (found.total === 0 && !(await isOrWasKnown(directory, tenant))) throw fail('TENANT_NOT_FOUND');
        res.json(isStaff ? found : withoutAddresses(found));
      },
    }),
  ];
}

/** Where the staff, and others of the tenant, sit is not the tenant's to know. */
function withoutAddresses(found: Page<QuotaChange>): Page<QuotaChange> {
  return { ...found, items: found.items.map((row) => ({ ...row, ip: null })) };
}

/** A directory without a default throws where it knows nobody of that id. */
async function isOrWasKnown(directory: TenantDirectory, tenant: TenantId): Promise<boolean> {
  if ((await directory.audit({ tenant, page: 1, pageSize: 1 })).total > 0) return true;
  return (await directory.find(tenant)).known;
}

interface Asked {
  readonly actor?: string | undefined;
  readonly action?: AuditQuery['action'] | undefined;
  readonly source?: AuditQuery['source'] | undefined;
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly page: number;
  readonly pageSize: number;
}

/** Without what was not asked for. */
function filtersOf({ actor, action, source, from, to, page, pageSize }: Asked): AuditQuery {
  return {
    page,
    pageSize,
    ...(actor === undefined ? {} : { actor }),
    ...(action === undefined ? {} : { action }),
    ...(source === undefined ? {} : { source }),
    ...(from === undefined ? {} : { fromMs: from }),
    ...(to === undefined ? {} : { untilMs: to }),
  };
}
