import type { Response } from 'express';
import type { Alert } from '../core/alert.js';
import { type AlertRulesChange, alertRulesOf } from '../core/alert-rules.js';
import type { AlertRulesRecord } from '../core/alerts.js';
import type { Page } from '../core/directory.js';
import { fail } from '../core/errors.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { alertAnswer, alertRulesAnswer, alertsAnswer, ownAlertRulesAnswer, ownAlertsAnswer } from './alert-answers.js';
import { alertRulesBody, alertsQuery, isId, ownAlertsQuery, reasonBody } from './alert-schemas.js';
import { type AdminApiCall, type AdminApiRoute, adminRoute, type TenantApiRoute, tenantRoute } from './api-route.js';
import { etagOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';
import type { TenantDeps } from './tenant-routes.js';

const TAG = 'Alerts';

/** What was raised, of one tenant and of all; and when that happens. */
export function alertRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { alerts, tenantId: tenantIdOf } = deps;
  if (!alerts) return [];
  const { store, onRulesChanged } = alerts;
  return [
    adminRoute({
      method: 'get',
      path: '/alerts',
      operationId: 'listAlerts',
      tag: TAG,
      summary: 'Alerts of all tenants',
      scope: 'alerts:read',
      query: alertsQuery,
      answers: { 200: { description: 'Newest first', body: alertsAnswer } },
      problems: ['TENANT_INVALID'],
      async handle(call) {
        const { tenant, ...query } = call.query;
        const of = tenant === undefined ? {} : { tenant: tenantIdOf(tenant) };
        call.res.json(alertsView(call, await store.alerts({ ...query, ...of })));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/alerts',
      operationId: 'listAlertsOfTenant',
      tag: TAG,
      summary: 'Alerts of one tenant',
      scope: 'alerts:read',
      query: ownAlertsQuery,
      answers: { 200: { description: 'Newest first', body: alertsAnswer } },
      async handle(call) {
        const { tenantId: tenant } = await knownTenant(deps, call.req.params.tenantId);
        call.res.json(alertsView(call, await store.alerts({ tenant, ...call.query })));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/alerts/:alertId/acknowledge',
      operationId: 'acknowledgeAlert',
      tag: TAG,
      summary: 'Says that somebody looks at an alert',
      description: 'Who is first stays.',
      scope: 'alerts:write',
      body: reasonBody,
      answers: { 200: { description: 'The alert', body: alertAnswer } },
      problems: ['ALERT_NOT_FOUND'],
      async handle({ req, res, actor, body }) {
        const { alertId } = req.params;
        if (!isId(alertId)) throw fail('ALERT_NOT_FOUND');
        res.json(await store.acknowledge(alertId, body.reason, actor));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/alert-rules',
      operationId: 'getAlertRules',
      tag: TAG,
      summary: 'When alerts of a tenant are raised',
      scope: 'alerts:read',
      answers: { 200: { description: 'The rules', body: alertRulesAnswer, etag: true } },
      async handle({ req, res }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        sendRules(res, await store.rules(tenantId));
      },
    }),
    adminRoute({
      method: 'put',
      path: '/tenants/:tenantId/alert-rules',
      operationId: 'replaceAlertRules',
      tag: TAG,
      summary: 'Replaces the rules by which alerts of a tenant are raised',
      description: 'What is left out has its default again.',
      scope: 'tenants:write',
      ifMatch: true,
      body: alertRulesBody,
      answers: { 200: { description: 'The rules as they are now', body: alertRulesAnswer, etag: true } },
      async handle({ req, res, actor, versions, body: { reason, ...given } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const present = await store.rules(tenantId);
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const rules = alertRulesOf(given as AlertRulesChange);
        const changed = await store.changeRules(tenantId, { rules, reason }, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await store.rules(tenantId));
        onRulesChanged();
        sendRules(res, changed);
      },
    }),
  ];
}

/** The same for a tenant itself, to read. */
export function tenantAlertRoutes({ alerts }: TenantDeps): TenantApiRoute[] {
  if (!alerts) return [];
  return [
    tenantRoute({
      method: 'get',
      path: '/alerts',
      operationId: 'listAlerts',
      tag: TAG,
      summary: 'Its alerts',
      query: ownAlertsQuery,
      answers: { 200: { description: 'Newest first', body: ownAlertsAnswer } },
      async handle({ res, tenantId, query }) {
        const found = await alerts.alerts({ tenant: tenantId, ...query });
        // Who of the staff looked at it is theirs to know.
        const items = found.items.map(({ acknowledgedBy: _acknowledgedBy, ...alert }) => alert);
        res.json({ ...found, items });
      },
    }),
    tenantRoute({
      method: 'get',
      path: '/alert-rules',
      operationId: 'getAlertRules',
      tag: TAG,
      summary: 'When it is alerted',
      answers: { 200: { description: 'The rules', body: ownAlertRulesAnswer } },
      async handle({ res, tenantId }) {
        const { rules } = await alerts.rules(tenantId);
        res.json({ tenantId, ...rules });
      },
    }),
  ];
}

/** Who acknowledged an alert stands in the audit as well, so it is shown to who may read that. */
function alertsView(call: Pick<AdminApiCall, 'can'>, found: Page<Alert>): Page<Alert> {
  if (call.can('audit:read')) return found;
  return { ...found, items: found.items.map((alert) => ({ ...alert, acknowledgedBy: null })) };
}

function rulesView({ tenantId, rules, version, changedAtMs }: AlertRulesRecord) {
  return { tenantId, ...rules, version, changedAt: version === 0 ? null : new Date(changedAtMs).toISOString() };
}

function sendRules(res: Response, record: AlertRulesRecord): void {
  res.set('ETag', etagOf(record.version)).json(rulesView(record));
}

function sendConflict(res: Response, record: AlertRulesRecord): void {
  res.set('ETag', etagOf(record.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: rulesView(record) });
}
