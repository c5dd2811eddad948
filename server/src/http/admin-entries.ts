import type { AuditedAction } from '../core/directory.js';
import type { InvalidationTarget } from '../core/entries.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import {
  deleteEntriesBody,
  invalidateBody,
  invalidationAnswer,
  MAX_VALUE_BYTES,
  valueAnswer,
  valueBody,
} from './admin-entries-schemas.js';
import { entryPage, entryView } from './admin-entries-views.js';
import type { AdminDeps } from './admin-routes.js';
import { knownTenant } from './admin-views.js';
import { type AdminApiCall, type AdminApiRoute, adminRoute } from './api-route.js';
import { ENTRY_LIST, ONE_ENTRY, oneEntry } from './entry-descriptions.js';

/** What is cached for a tenant, entry by entry, and how it is taken away. */
export function entryRoutes(deps: AdminDeps): AdminApiRoute[] {
  return [...readRoutes(deps), ...changeRoutes(deps)];
}

function readRoutes(deps: AdminDeps): AdminApiRoute[] {
  const { directory, entries } = deps;
  return [
    adminRoute({
      ...ENTRY_LIST,
      path: '/tenants/:tenantId/entries',
      summary: 'Entries of a tenant, without their values',
      scope: 'entries:read',
      async handle({ req, res, query }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(await entryPage(entries, tenantId, query));
      },
    }),
    adminRoute({
      ...ONE_ENTRY,
      path: '/tenants/:tenantId/entries/:resource/:key',
      scope: 'entries:read',
      async handle({ req, res, can }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(await oneEntry(entries, tenantId, req.params, can('entries:values')));
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/entries/value',
      operationId: 'showEntryValue',
      tag: 'Entries',
      summary: 'The value of one entry',
      description: 'Audited before the value leaves the store. A value of more than 256 KiB as JSON is left out.',
      scope: 'entries:values',
      body: valueBody,
      // A repeated request must not be answered from a table that keeps tenants' data.
      secretFields: ['value', 'entry'],
      answers: { 200: { description: 'The value, or why it is not shown', body: valueAnswer } },
      problems: ['ENTRY_NOT_FOUND', 'STORE_UNAVAILABLE'],
      async handle({ req, res, actor, body: { resource, key, reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        await directory.recordDeed(tenantId, { action: 'entry', reason, after: { kind: 'value', resource } }, actor);
        const found = await entries.value(tenantId, resource, key, MAX_VALUE_BYTES);
        if (found === undefined) throw fail('ENTRY_NOT_FOUND');
        const { entry, value } = found;
        const shown = value.shown ? { value: value.json, omitted: null } : { value: null, omitted: value.why };
        res.json({ entry: entryView(entry, true), ...shown, limitBytes: MAX_VALUE_BYTES });
      },
    }),
  ];
}

function changeRoutes(deps: AdminDeps): AdminApiRoute[] {
  return [
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/entries/delete',
      operationId: 'deleteEntries',
      tag: 'Entries',
      summary: 'Deletes one entry, or up to 1,000 of a resource, in all processes',
      description: 'The attempt is audited before it is made, with how many keys and of which resource.',
      scope: 'entries:write',
      body: deleteEntriesBody,
      answers: { 200: { description: 'What came of it', body: invalidationAnswer } },
      async handle({ req, res, actor, body: { resource, key, keys = [key as string], reason } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(
          await invalidate(deps, tenantId, { kind: 'keys', resource, keys }, { action: 'entry', reason, actor }),
        );
      },
    }),
    adminRoute({
      method: 'post',
      path: '/tenants/:tenantId/invalidate',
      operationId: 'invalidateEntries',
      tag: 'Entries',
      summary: 'Invalidates by tags, by resource, by what keys of a resource begin with, or by keys, in all processes',
      description:
        'What it names is gone once this answers, at a cost that does not grow with how much that is. The attempt is audited before it is made. The whole tenant: `POST /tenants/{tenantId}/clear`.',
      scope: 'entries:write',
      body: invalidateBody,
      answers: { 200: { description: 'What came of it', body: invalidationAnswer } },
      async handle({ req, res, actor, body: { reason, ...named } }) {
        const { tenantId } = await knownTenant(deps, req.params.tenantId);
        res.json(await invalidate(deps, tenantId, targetOf(named), { action: 'invalidate', reason, actor }));
      },
    }),
  ];
}

interface Deed extends Pick<AdminApiCall, 'actor'> {
  readonly action: AuditedAction;
  readonly reason: string;
}

/** Audited first: rather an attempt in the audit that failed than entries that are gone and nobody knows why. */
async function invalidate(
  { directory, entries }: AdminDeps,
  tenantId: TenantId,
  target: InvalidationTarget,
  { action, reason, actor }: Deed,
) {
  await directory.recordDeed(tenantId, { action, reason, after: factsOf(target) }, actor);
  const { deleted = null, pending } = await entries.invalidate(tenantId, target);
  return { tenantId, kind: target.kind, deleted, pending };
}

/** Keys, prefixes and tags may name people, and the audit is kept for ever: so it says how many there were. */
function factsOf(target: InvalidationTarget): Record<string, unknown> {
  if (target.kind === 'tags') return { kind: 'tags', tags: target.tags.length };
  const { kind, resource } = target;
  return target.kind === 'keys' ? { kind, resource, keys: target.keys.length } : { kind, resource };
}

interface Named {
  readonly tags?: readonly string[] | undefined;
  readonly resource?: string | undefined;
  readonly prefix?: string | undefined;
  readonly keys?: readonly string[] | undefined;
}

function targetOf({ tags, resource = '', prefix, keys }: Named): InvalidationTarget {
  if (tags !== undefined) return { kind: 'tags', tags };
  if (keys !== undefined) return { kind: 'keys', resource, keys };
  return prefix === undefined ? { kind: 'resource', resource } : { kind: 'prefix', resource, prefix };
}
