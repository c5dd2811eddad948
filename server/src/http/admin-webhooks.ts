import type { Response } from 'express';
import { fail, TenantCacheError } from '../core/errors.js';
import { MAX_WEBHOOKS, newWebhookSecret, type Webhook, type WebhookChange } from '../core/webhooks.js';
import { CHANGERS, READERS } from './admin-access.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps, AdminRoute } from './admin-routes.js';
import { parse } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import { deliveriesQuery, isId, newWebhookBody, reasonBody, webhookBody, webhooksQuery } from './alert-schemas.js';
import { etagOf, versionsOf } from './if-match.js';
import { problem, RequestInvalidError, sendProblem } from './problem.js';

/**
 * Whom alerts are sent to, and what became of each message. Who only reads sees where a webhook is and not its path, which
 * with many receivers is what opens it. The secret is shown by the two answers that make one.
 */
export function webhookRoutes(deps: AdminDeps): AdminRoute[] {
  if (!deps.alerts) return [];
  const { checkUrl } = deps.alerts;
  const { webhooks } = deps.alerts.store;

  async function href(given: string): Promise<string> {
    const check = await checkUrl(given);
    if (!check.ok) throw new RequestInvalidError([{ field: 'url', message: check.reason }]);
    return check.href;
  }

  return [
    {
      method: 'get',
      path: '/webhooks',
      roles: READERS,
      async handle({ req, res }) {
        const { tenant, fleet, ...query } = parse(webhooksQuery, req.query, 'query');
        const of = fleet ? { tenant: null } : tenant === undefined ? {} : { tenant: deps.tenantId(tenant) };
        const found = await webhooks.list({ ...query, ...of });
        res.json({ ...found, items: found.items.map(publicView) });
      },
    },
    {
      method: 'post',
      path: '/webhooks',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { tenantId, url, reason, ...rest } = parse(newWebhookBody, req.body, 'body');
        const tenant = tenantId === null ? null : (await knownTenant(deps, tenantId)).tenantId;
        const secret = newWebhookSecret();
        const webhook = { tenantId: tenant, url: await href(url), ...rest };
        const made = await webhooks.create(webhook, secret, reason, actor).catch(tooMany);
        res.status(201);
        sendWebhook(res, made, { secret });
      },
    },
    {
      method: 'get',
      path: '/webhooks/:webhookId',
      roles: CHANGERS,
      async handle({ req, res }) {
        sendWebhook(res, await webhooks.find(idOf(req.params.webhookId)));
      },
    },
    {
      method: 'patch',
      path: '/webhooks/:webhookId',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const versions = versionsOf(req.get('If-Match'));
        const { reason, url, ...rest } = parse(webhookBody, req.body, 'body');
        const id = idOf(req.params.webhookId);
        const present = await webhooks.find(id);
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const change = { ...rest, ...(url === undefined ? {} : { url: await href(url) }) } as WebhookChange;
        const changed = await webhooks.change(id, change, present.version, reason, actor).catch(conflict);
        if (!changed) return sendConflict(res, await webhooks.find(id));
        sendWebhook(res, changed);
      },
    },
    {
      method: 'post',
      path: '/webhooks/:webhookId/rotate-secret',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(reasonBody, req.body, 'body');
        const secret = newWebhookSecret();
        sendWebhook(res, await webhooks.rotate(idOf(req.params.webhookId), secret, reason, actor), { secret });
      },
    },
    {
      method: 'post',
      path: '/webhooks/:webhookId/delete',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(reasonBody, req.body, 'body');
        await webhooks.remove(idOf(req.params.webhookId), reason, actor);
        res.status(204).end();
      },
    },
    {
      method: 'post',
      path: '/webhooks/:webhookId/ping',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(reasonBody, req.body, 'body');
        res.status(202).json(await webhooks.ping(idOf(req.params.webhookId), reason, actor));
      },
    },
    {
      method: 'get',
      path: '/webhooks/:webhookId/deliveries',
      roles: READERS,
      async handle({ req, res }) {
        const query = parse(deliveriesQuery, req.query, 'query');
        res.json(await webhooks.deliveries(idOf(req.params.webhookId), query));
      },
    },
    {
      method: 'post',
      path: '/webhook-deliveries/:deliveryId/replay',
      roles: CHANGERS,
      async handle({ req, res, actor }) {
        const { reason } = parse(reasonBody, req.body, 'body');
        res.status(202).json(await webhooks.replay(idOf(req.params.deliveryId), reason, actor));
      },
    },
  ];
}

/** The body was judged before, so all that the store can find in it is one too many. */
function tooMany(error: unknown): never {
  if (!(error instanceof TenantCacheError && error.code === 'REQUEST_INVALID')) throw error;
  const message = `has ${MAX_WEBHOOKS} webhooks, and may have ${MAX_WEBHOOKS}: delete or change one of them`;
  throw new RequestInvalidError([{ field: 'tenantId', message }]);
}

function publicView({ url, ...webhook }: Webhook) {
  return { ...webhook, origin: new URL(url).origin };
}

function sendWebhook(res: Response, webhook: Webhook, members: object = {}): void {
  res.set('ETag', etagOf(webhook.version)).json({ ...webhook, ...members });
}

function sendConflict(res: Response, webhook: Webhook): void {
  res.set('ETag', etagOf(webhook.version));
  sendProblem(res, problem('PRECONDITION_FAILED'), { current: webhook });
}

function idOf(raw: unknown): string {
  if (!isId(raw)) throw fail('WEBHOOK_NOT_FOUND');
  return raw;
}
