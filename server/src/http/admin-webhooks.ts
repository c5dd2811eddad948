import type { Response } from 'express';
import { fail, TenantCacheError } from '../core/errors.js';
import { MAX_WEBHOOKS, newWebhookSecret, type Webhook, type WebhookChange } from '../core/webhooks.js';
import { conflict } from './admin-quota.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { deliveriesQuery, isId, newWebhookBody, reasonBody, webhookBody, webhooksQuery } from './alert-schemas.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { etagOf } from './if-match.js';
import { problem, RequestInvalidError, sendProblem } from './problem.js';
import {
  deliveriesAnswer,
  deliveryAnswer,
  publicWebhooksAnswer,
  webhookAnswer,
  webhookWithSecretAnswer,
} from './webhook-answers.js';

const TAG = 'Webhooks';

/**
 * Whom alerts are sent to, and what became of each message. Who only reads sees where a webhook is and not its path, which
 * with many receivers is what opens it. The secret is shown by the two answers that make one.
 */
export function webhookRoutes(deps: AdminDeps): AdminApiRoute[] {
  if (!deps.alerts) return [];
  const { checkUrl } = deps.alerts;
  const { webhooks } = deps.alerts.store;

  async function href(given: string): Promise<string> {
    const check = await checkUrl(given);
    if (!check.ok) throw new RequestInvalidError([{ field: 'url', message: check.reason }]);
    return check.href;
  }

  return [
    adminRoute({
      method: 'get',
      path: '/webhooks',
      operationId: 'listWebhooks',
      tag: TAG,
      summary: 'Webhooks, with their origin in place of their URL',
      description: '`fleet=true`: those of no tenant. It and `tenant` exclude each other.',
      scope: 'webhooks:read',
      query: webhooksQuery,
      answers: { 200: { description: 'Oldest first', body: publicWebhooksAnswer } },
      problems: ['TENANT_INVALID'],
      async handle({ res, query: { tenant, fleet, ...query } }) {
        const of = fleet ? { tenant: null } : tenant === undefined ? {} : { tenant: deps.tenantId(tenant) };
        const found = await webhooks.list({ ...query, ...of });
        res.json({ ...found, items: found.items.map(publicView) });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/webhooks',
      operationId: 'createWebhook',
      tag: TAG,
      summary: 'Adds a webhook',
      description: `Without \`tenantId\` it hears of all tenants. At most ${MAX_WEBHOOKS} of a tenant, and as many of the fleet.`,
      scope: 'webhooks:write',
      body: newWebhookBody,
      secretFields: ['secret'],
      answers: {
        201: { description: 'With the secret, shown once', body: webhookWithSecretAnswer, etag: true, location: true },
      },
      problems: ['TENANT_INVALID', 'TENANT_NOT_FOUND'],
      async handle({ req, res, actor, body: { tenantId, url, reason, ...rest } }) {
        const tenant = tenantId === null ? null : (await knownTenant(deps, tenantId)).tenantId;
        const secret = newWebhookSecret();
        const webhook = { tenantId: tenant, url: await href(url), ...rest };
        const made = await webhooks.create(webhook, secret, reason, actor).catch(tooMany);
        res.status(201).set('Location', `${req.baseUrl}/webhooks/${made.id}`);
        sendWebhook(res, made, { secret });
      },
    }),
    adminRoute({
      method: 'get',
      path: '/webhooks/:webhookId',
      operationId: 'getWebhook',
      tag: TAG,
      summary: 'One webhook with its URL',
      description: 'For who may change it: with many receivers the path is what opens them.',
      scope: 'webhooks:write',
      answers: { 200: { description: 'The webhook', body: webhookAnswer, etag: true } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res }) {
        sendWebhook(res, await webhooks.find(idOf(req.params.webhookId)));
      },
    }),
    adminRoute({
      method: 'patch',
      path: '/webhooks/:webhookId',
      operationId: 'changeWebhook',
      tag: TAG,
      summary: 'Changes a webhook',
      description: 'Switching it on again forgets its failures and resolves the alert about them.',
      scope: 'webhooks:write',
      ifMatch: true,
      body: webhookBody,
      answers: { 200: { description: 'The webhook as it is now', body: webhookAnswer, etag: true } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, actor, versions, body: { reason, url, ...rest } }) {
        const id = idOf(req.params.webhookId);
        const present = await webhooks.find(id);
        if (!versions.includes(present.version)) return sendConflict(res, present);
        const change = { ...rest, ...(url === undefined ? {} : { url: await href(url) }) } as WebhookChange;
        const changed = await webhooks.change(id, change, present.version, reason, actor).catch(conflict);
        if (!changed) return sendConflict(res, await webhooks.find(id));
        sendWebhook(res, changed);
      },
    }),
    adminRoute({
      method: 'post',
      path: '/webhooks/:webhookId/rotate-secret',
      operationId: 'rotateWebhookSecret',
      tag: TAG,
      summary: 'Gives a webhook a new secret, which signs from the next attempt on',
      scope: 'webhooks:write',
      body: reasonBody,
      secretFields: ['secret'],
      answers: { 200: { description: 'With the secret, shown once', body: webhookWithSecretAnswer, etag: true } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        const secret = newWebhookSecret();
        sendWebhook(res, await webhooks.rotate(idOf(req.params.webhookId), secret, reason, actor), { secret });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/webhooks/:webhookId/delete',
      operationId: 'deleteWebhook',
      tag: TAG,
      summary: 'Removes a webhook with its deliveries',
      scope: 'webhooks:write',
      body: reasonBody,
      answers: { 204: { description: 'Removed' } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        await webhooks.remove(idOf(req.params.webhookId), reason, actor);
        res.status(204).end();
      },
    }),
    adminRoute({
      method: 'post',
      path: '/webhooks/:webhookId/ping',
      operationId: 'pingWebhook',
      tag: TAG,
      summary: 'Sends a delivery of the type `ping`, to a webhook that is switched off, too',
      scope: 'webhooks:write',
      body: reasonBody,
      answers: { 202: { description: 'The delivery, queued', body: deliveryAnswer } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        res.status(202).json(await webhooks.ping(idOf(req.params.webhookId), reason, actor));
      },
    }),
    adminRoute({
      method: 'get',
      path: '/webhooks/:webhookId/deliveries',
      operationId: 'listDeliveries',
      tag: TAG,
      summary: 'What was sent to a webhook, and what became of it',
      scope: 'webhooks:read',
      query: deliveriesQuery,
      answers: { 200: { description: 'Newest first', body: deliveriesAnswer } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, query }) {
        res.json(await webhooks.deliveries(idOf(req.params.webhookId), query));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/webhook-deliveries/:deliveryId/replay',
      operationId: 'replayDelivery',
      tag: TAG,
      summary: 'Sends the same body under the same id again',
      scope: 'webhooks:write',
      body: reasonBody,
      answers: { 202: { description: 'The delivery, queued', body: deliveryAnswer } },
      problems: ['WEBHOOK_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        res.status(202).json(await webhooks.replay(idOf(req.params.deliveryId), reason, actor));
      },
    }),
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
