import { apiKeySecret, newApiKey } from '../core/api-key-format.js';
import { type ApiKeyOf, MAX_API_KEYS } from '../core/api-keys.js';
import { fail, TenantCacheError } from '../core/errors.js';
import type { AdminDeps } from './admin-routes.js';
import { pageQuery } from './admin-schemas.js';
import { knownTenant } from './admin-views.js';
import { isId, reasonBody } from './alert-schemas.js';
import { apiKeyAnswer, apiKeysAnswer, newApiKeyAnswer, newApiKeyBody, rotateApiKeyBody } from './api-key-answers.js';
import { type AdminApiRoute, adminRoute } from './api-route.js';
import { RequestInvalidError } from './problem.js';

const TAG = 'API keys';

/** A tenant's API keys. A key is shown by the answer that makes it, and can be read nowhere afterwards. */
export function keyRoutes(deps: AdminDeps): AdminApiRoute[] {
  const keys = deps.directory.apiKeys;
  if (!keys) return [];

  return [
    adminRoute({
      method: 'get',
      path: '/tenants/:tenantId/keys',
      operationId: 'listApiKeys',
      tag: TAG,
      summary: 'API keys of a tenant, newest first, revoked and expired ones too',
      scope: 'keys:read',
      query: pageQuery,
      answers: { 200: { description: 'One page', body: apiKeysAnswer } },
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(await keys.list(tenantId, query));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/keys',
      operationId: 'createApiKey',
      tag: TAG,
      summary: 'Makes an API key, and shows it this once',
      scope: 'keys:write',
      body: newApiKeyBody,
      secretFields: ['key'],
      answers: { 201: { description: 'The key', body: newApiKeyAnswer } },
      async handle({ req, res, actor, body: { name, scopes, expiresAt, reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const key = newApiKey();
        const expiresAtMs = expiresAt === null ? undefined : Date.parse(expiresAt);
        const wanted = { tenantId, name, scopes, expiresAtMs };
        const made = await keys.create(wanted, apiKeySecret(key), reason, actor).catch(tooMany);
        res.status(201).json({ ...made, key });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/keys/:keyId/rotate',
      operationId: 'rotateApiKey',
      tag: TAG,
      summary: 'Makes a new key like an old one, which serves on for a while',
      description:
        'The new key has the name and scopes of the old one, and from now on as long to live. A key is rotated once: ' +
        'after that it is 404, as a revoked one is, and the key that took its place is the one to rotate.',
      scope: 'keys:write',
      body: rotateApiKeyBody,
      secretFields: ['key'],
      answers: { 201: { description: 'The new key', body: newApiKeyAnswer } },
      problems: ['API_KEY_NOT_FOUND'],
      async handle({ req, res, actor, body: { graceSeconds, reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        const key = newApiKey();
        const oldUntilMs = Date.now() + graceSeconds * 1_000;
        const of = keyOf(tenantId, req.params.keyId);
        const made = await keys.rotate(of, apiKeySecret(key), oldUntilMs, reason, actor).catch(tooMany);
        res.status(201).json({ ...made, key });
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/keys/:keyId/revoke',
      operationId: 'revokeApiKey',
      tag: TAG,
      summary: 'Revokes a key: within a second no process takes it any more',
      scope: 'keys:write',
      body: reasonBody,
      answers: { 200: { description: 'The key as it is now', body: apiKeyAnswer } },
      problems: ['API_KEY_NOT_FOUND'],
      async handle({ req, res, actor, body: { reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(await keys.revoke(keyOf(tenantId, req.params.keyId), reason, actor));
      },
    }),
  ];
}

function keyOf(tenantId: ApiKeyOf['tenantId'], raw: unknown): ApiKeyOf {
  if (!isId(raw)) throw fail('API_KEY_NOT_FOUND');
  return { tenantId, keyId: raw };
}

/** The body was judged before, so all that the store can find in it is one too many. */
function tooMany(error: unknown): never {
  if (!(error instanceof TenantCacheError && error.code === 'REQUEST_INVALID')) throw error;
  const message = `has ${MAX_API_KEYS} live API keys, and may have ${MAX_API_KEYS}: revoke one of them`;
  throw new RequestInvalidError([{ field: 'tenantId', message }]);
}
