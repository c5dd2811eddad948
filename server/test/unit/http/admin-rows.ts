import type { AccessScope, Role } from '../../../src/core/access.js';
import { seededId } from './admin-app.js';

export interface Row {
  /** The one scope that the route asks for; `any`: a role that is known is enough. */
  readonly scope: AccessScope | 'any';
  /** Roles that get the answer; tenant roles for their own tenant, which is the one in the path. All others: 403. */
  readonly may: readonly Role[];
  /** Status for a tenant that exists, with `If-Match` and a body that are fine. */
  readonly answer: number;
  readonly body?: object;
}

const ADMIN: readonly Role[] = ['admin'];
const OPERATORS: readonly Role[] = ['admin', 'operator'];
const STAFF: readonly Role[] = ['admin', 'operator', 'viewer'];
const ALL: readonly Role[] = [...STAFF, 'tenant_admin', 'tenant_viewer'];

function row(scope: Row['scope'], may: readonly Role[], answer = 200, body?: object): Row {
  return { scope, may, answer, ...(body && { body }) };
}

/** One row a route. A route that is added to the router without a row here fails below. */
export const ADMIN_ROWS: Record<string, Row> = {
  'get /tenants': row('tenants:read', STAFF),
  'post /tenants': row('tenants:write', ADMIN, 201, { tenantId: 'new-one', reason: 'new customer' }),
  'get /tenants/:tenantId': row('tenants:read', ALL),
  'patch /tenants/:tenantId': row('tenants:write', ADMIN, 200, { suspended: true, reason: 'unpaid' }),
  'post /tenants/:tenantId/delete': row('tenants:write', ADMIN, 200, { confirm: 'acme', reason: 'left us' }),
  'get /plans': row('tenants:read', STAFF),
  'post /plans/:plan/quotas/preview': row('tenants:read', STAFF, 200, { quotaMb: 3 }),
  'post /plans/:plan/quotas': row('quotas:write', ADMIN, 200, { quotaMb: 3, reason: 'less load' }),
  'get /tenants/:tenantId/usage': row('usage:read', ALL),
  'get /tenants/:tenantId/usage/days': row('usage:read', ALL),
  'get /tenants/:tenantId/usage/samples': row('usage:read', ALL),
  'get /tenants/:tenantId/usage/resources': row('usage:read', ALL),
  'get /fleet/usage': row('usage:read', STAFF),
  'get /tenants/:tenantId/quota': row('tenants:read', ALL),
  'post /tenants/:tenantId/quota/preview': row('tenants:read', ALL, 200, { quotaMb: 3 }),
  'patch /tenants/:tenantId/quota': row('quotas:write', ADMIN, 200, { quotaMb: 3, reason: 'less load' }),
  'get /tenants/:tenantId/crossings': row('usage:read', ALL),
  'get /fleet': row('fleet:read', STAFF),
  'patch /fleet': row('fleet:write', ADMIN, 200, { enforcedPercentage: 10, reason: 'step by step' }),
  'post /tenants/:tenantId/clear': row('upkeep:write', OPERATORS, 204, { reason: 'stale prices' }),
  'post /tenants/:tenantId/reconcile': row('upkeep:write', OPERATORS, 200, { reason: 'drift alert' }),
  'get /tenants/:tenantId/statements': row('statements:read', ALL),
  'get /tenants/:tenantId/statements.csv': row('statements:read', ALL),
  'get /tenants/:tenantId/statements/current': row('statements:read', ALL),
  // Nothing is closed of these tenants.
  'get /tenants/:tenantId/statements/:periodStart': row('statements:read', ALL, 404),
  'get /billing/statements': row('statements:read', STAFF),
  'get /billing/statements.csv': row('statements:read', STAFF),
  'get /nodes': row('store:read', STAFF),
  'get /store': row('store:read', STAFF),
  'get /stats/categories': row('usage:read', STAFF),
  'get /fleet/samples': row('usage:read', STAFF),
  'get /tenants/:tenantId/usage/categories': row('usage:read', ALL),
  'get /tenants/:tenantId/entries': row('entries:read', ALL),
  'get /tenants/:tenantId/entries/:resource/:key': row('entries:read', ALL),
  'post /tenants/:tenantId/entries/value': row('entries:values', ['admin', 'tenant_admin'], 200, {
    resource: 'portfolio',
    key: '1',
    reason: 'ticket 4711',
  }),
  'post /tenants/:tenantId/entries/delete': row('entries:write', [...OPERATORS, 'tenant_admin'], 200, {
    resource: 'portfolio',
    key: '1',
    reason: 'wrong price',
  }),
  'post /tenants/:tenantId/invalidate': row('entries:write', [...OPERATORS, 'tenant_admin'], 200, {
    tags: ['user:42'],
    reason: 'wrong price',
  }),
  'get /tenants/:tenantId/placement': row('store:read', STAFF),
  'get /alerts': row('alerts:read', STAFF),
  'get /tenants/:tenantId/alerts': row('alerts:read', ALL),
  'post /alerts/:alertId/acknowledge': row('alerts:write', OPERATORS, 200, { reason: 'looking at it' }),
  'get /tenants/:tenantId/alert-rules': row('alerts:read', ALL),
  'put /tenants/:tenantId/alert-rules': row('tenants:write', ADMIN, 200, { reason: 'the defaults again' }),
  'get /webhooks': row('webhooks:read', STAFF),
  'post /webhooks': row('webhooks:write', ADMIN, 201, { url: 'https://example.com/', reason: 'on call' }),
  // Its path is what opens many a receiver.
  'get /webhooks/:webhookId': row('webhooks:write', ADMIN),
  'patch /webhooks/:webhookId': row('webhooks:write', ADMIN, 200, { active: false, reason: 'too loud' }),
  'post /webhooks/:webhookId/rotate-secret': row('webhooks:write', ADMIN, 200, { reason: 'was on a slide' }),
  'post /webhooks/:webhookId/delete': row('webhooks:write', ADMIN, 204, { reason: 'not used' }),
  'post /webhooks/:webhookId/ping': row('webhooks:write', ADMIN, 202, { reason: 'does it work' }),
  'get /webhooks/:webhookId/deliveries': row('webhooks:read', STAFF),
  'post /webhook-deliveries/:deliveryId/replay': row('webhooks:write', ADMIN, 202, { reason: 'was down' }),
  // These tests have nothing to advise from.
  'get /tenants/:tenantId/advice': row('usage:read', ALL, 501),
  'get /audit': row('audit:read', STAFF),
  'get /tenants/:tenantId/audit': row('audit:read', [...STAFF, 'tenant_admin']),
  'get /tenants/:tenantId/keys': row('keys:read', [...STAFF, 'tenant_admin']),
  'post /tenants/:tenantId/keys': row('keys:write', ['admin', 'tenant_admin'], 201, { name: 'CI', reason: 'for CI' }),
  // Of this tenant there is no such key: what becomes of one is shown with the routes themselves.
  'post /tenants/:tenantId/keys/:keyId/rotate': row('keys:write', ['admin', 'tenant_admin'], 404, { reason: 'yearly' }),
  'post /tenants/:tenantId/keys/:keyId/revoke': row('keys:write', ['admin', 'tenant_admin'], 404, { reason: 'leaked' }),
  'get /tenants/:tenantId/watchlists': row('tenants:read', ALL),
  'get /shared': row('shared:read', STAFF),
  'get /shared/:dataset': row('shared:read', STAFF),
  'get /shared/:dataset/access': row('shared:read', STAFF),
  'get /shared/:dataset/entries': row('shared:read', STAFF),
  'post /shared/:dataset/invalidate': row('shared:write', OPERATORS, 200, {
    groups: ['binance:BTC/USDT'],
    reason: 'wrong price',
  }),
  'get /warming/jobs': row('warming:read', STAFF),
  'get /warming/runs': row('warming:read', STAFF),
  'get /warming/runs/:runId': row('warming:read', STAFF),
  'post /warming/runs': row('warming:write', OPERATORS, 202, { job: 'market', reason: 'after the outage' }),
  'post /warming/runs/:runId/cancel': row('warming:write', OPERATORS, 202, { reason: 'too much load' }),
  'get /openapi.json': row('any', ALL),
  'get /docs': row('any', ALL),
};

/** Stands for a path parameter, of what `AdminApp` is seeded with. */
export const PARAMETERS: Record<string, string> = {
  ':periodStart': '2026-10-01',
  ':webhookId': seededId(1),
  ':alertId': seededId(2),
  ':deliveryId': seededId(3),
  ':plan': 'default',
  ':dataset': 'market',
  ':keyId': seededId(1),
  ':runId': seededId(1),
  ':resource': 'portfolio',
  ':key': '1',
};
