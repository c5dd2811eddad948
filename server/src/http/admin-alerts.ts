import type { Response } from 'express';
import { type AlertRulesChange, alertRulesOf } from '../core/alert-rules.js';
import type { AlertRulesRecord } from '../core/alerts.js';
import { fail } from '../core/errors.js';
import { CHANGERS, READERS } from './admin-access.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { noQuery, parse } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import { alertRulesBody, alertsQuery, isId, ownAlertsQuery, reasonBody } from './alert-schemas.js';
import { etagOf, versionsOf } from './if-match.js';
import { problem, sendProblem } from './problem.js';
import type { TenantDeps, TenantRoute } from './tenant-routes.js';

/** What was raised, of one tenant and of all; and when that happens. */
export function alertRoutes(deps: AdminDeps): AdminRoute[] {
  const { alerts, tenantId: tenantIdOf } = deps;
  if (!alerts) return [];
  const { store, onRulesChanged } = alerts;
  return [
    {
      method: 'get',
      path: '/alerts',
      roles: READERS,
      async handle({ req, res }) {
        const { tenant, ...query } = parse(alertsQuery, req.query, 'query');
        res.json(await store.alerts({ ...query, ...(tenant === undefined ? {} : { tenant: tenantIdOf(tenant) }) }));
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/alerts',
      roles: READERS,
      async handle({ req, res }) {
        const query = parse(ownAlertsQuery, req.query, 'query');
        const { tenantId: tenant } = await knownTenant(deps, req.params.tenantId);
        res.json(await store.alerts({ tenant, ...query }));
      },
    },
    {
      method: 'post',
      path: '/alerts/:alertId/acknowledge',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(reasonBody, req.body, 'body');
        const { alertId } = req.params;
        if (!isId(alertId)) throw fail('ALERT_NOT_FOUND');
        res.json(await store.acknowledge(alertId, reason, actor));
      },
    },
    {
      method: 'get',
      path: '/tenants/:tenantId/alert-rules',
      roles: READERS,
      async handle({ req, res }) {
        parse(noQuery, req.query, 'query');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        sendRules(res, await store.rules(tenantId));
      },
    },
    {
      method: 'put',
      path: '/tenants/:tenantId/alert-rules',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const versions = versionsOf(req.get('If-Match'));
        const { reason, ...given } = parse(alertRulesBody, req.body, 'body');
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const present = await store.rules(tenantId);
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const rules = alertRulesOf(given as AlertRulesChange);
        const changed = await store.changeRules(tenantId, { rules, reason }, present.version, actor).catch(conflict);
        if (!changed) return sendConflict(res, await store.rules(tenantId));
        onRulesChanged();
        sendRules(res, changed);
      },
    },
  ];
}

/** The same for a tenant itself, to read. */
export function tenantAlertRoutes({ alerts }: TenantDeps): TenantRoute[] {
  if (!alerts) return [];
  return [
    {
      path: '/alerts',
      async handle({ req, res, tenantId }) {
        const query = parse(ownAlertsQuery, req.query, 'query');
        const found = await alerts.alerts({ tenant: tenantId, ...query });
        // Who of the staff looked at it is theirs to know.
        const items = found.items.map(({ acknowledgedBy: _acknowledgedBy, ...alert }) => alert);
        res.json({ ...found, items });
      },
    },
    {
      path: '/alert-rules',
      async handle({ req, res, tenantId }) {
        parse(noQuery, req.query, 'query');
        const { rules } = await alerts.rules(tenantId);
        res.json({ tenantId, ...rules });
      },
    },
  ];
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
