import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import {
  ENTRY,
  ENTRY_PAGE,
  ENTRY_VALUE,
  type EntryFacts,
  type EntryName,
  type EntryPage,
  REMOVAL,
  type Removal,
  type ShownValue,
  type Target,
} from './entries-schema';
import type { FleetViewer } from './viewer';

const PAGE_SIZE = 50;

export interface EntriesQuery {
  readonly resource: string;
  /** What the keys begin with; counts with a resource only. */
  readonly prefix: string;
  readonly cursor: string;
}

/** `lost`: the cursor is of another walk, or the store was restarted: the walk begins again. */
export type EntriesReading =
  | { readonly kind: 'page'; readonly page: EntryPage }
  | { readonly kind: 'lost' }
  | { readonly kind: 'down'; readonly message: string }
  | { readonly kind: 'unknown-tenant' };

const of = (tenantId: string) => `/tenants/${encodeURIComponent(tenantId)}`;

/** One page of what is stored for a tenant, without values. */
export async function listEntries(
  viewer: FleetViewer,
  tenantId: string,
  { resource, prefix, cursor }: EntriesQuery,
): Promise<EntriesReading> {
  const query = { resource, prefix: resource === '' ? '' : prefix, cursor, limit: PAGE_SIZE };
  try {
    return { kind: 'page', page: await adminApi(viewer, `${of(tenantId)}/entries`, { schema: ENTRY_PAGE, query }) };
  } catch (error) {
    if (error instanceof AdminApiDown) return { kind: 'down', message: error.message };
    if (!(error instanceof AdminApiProblem)) throw error;
    if (error.status === 404) return { kind: 'unknown-tenant' };
    if (error.status === 400) return { kind: 'lost' };
    return { kind: 'down', message: error.message };
  }
}

const RESOURCES = z.object({ items: z.array(z.object({ resource: z.string() })) });

/** Names of the resources that the tenant asked for in the last 7 days, for a filter; none where they are not known. */
export async function resourceNames(viewer: FleetViewer, tenantId: string): Promise<string[]> {
  const day = (atMs: number) => new Date(atMs).toISOString().slice(0, 10);
  const query = { from: day(Date.now() - 6 * 86_400_000), to: day(Date.now()) };
  try {
    const { items } = await adminApi(viewer, `${of(tenantId)}/usage/resources`, { schema: RESOURCES, query });
    return items.map(({ resource }) => resource).sort();
  } catch (error) {
    if (error instanceof AdminApiDown || error instanceof AdminApiProblem) return [];
    throw error;
  }
}

/** @throws AdminApiDown, AdminApiProblem */
export async function readEntry(
  viewer: FleetViewer,
  tenantId: string,
  { resource, key }: EntryName,
): Promise<EntryFacts> {
  // A dot or two in a path mean another path, whatever their encoding.
  if (key === '.' || key === '..') {
    throw new AdminApiProblem(404, 'ENTRY_NOT_FOUND', 'An entry with this key can only be listed.', {});
  }
  return adminApi(viewer, `${of(tenantId)}/entries/${resource}/${encodeURIComponent(key)}`, { schema: ENTRY });
}

/** Audited before it is read. @throws AdminApiDown, AdminApiProblem */
export async function readValue(
  viewer: FleetViewer,
  tenantId: string,
  name: EntryName,
  reason: string,
): Promise<ShownValue> {
  const body = { ...name, reason };
  const { value, omitted, limitBytes } = await adminApi(viewer, `${of(tenantId)}/entries/value`, {
    schema: ENTRY_VALUE,
    method: 'POST',
    body,
  });
  return { text: omitted === null ? JSON.stringify(value, undefined, 2) : null, omitted, limitBytes };
}

/** Deletes entries by name, one call a resource. @throws AdminApiDown, AdminApiProblem */
export async function deleteEntries(
  viewer: FleetViewer,
  tenantId: string,
  names: readonly EntryName[],
  reason: string,
): Promise<Removal> {
  const removals: Removal[] = [];
  for (const resource of new Set(names.map((name) => name.resource))) {
    const keys = names.filter((name) => name.resource === resource).map(({ key }) => key);
    const body = { resource, keys, reason };
    const path = `${of(tenantId)}/entries/delete`;
    try {
      removals.push(await adminApi(viewer, path, { schema: REMOVAL, method: 'POST', body }));
    } catch (error) {
      // A refusal says that nothing was changed; entries of the resources before it are gone.
      if (removals.length === 0 || !(error instanceof AdminApiProblem)) throw error;
      throw new AdminApiDown(error.message, { cause: error });
    }
  }
  return {
    deleted: removals.reduce((sum, { deleted }) => sum + (deleted ?? 0), 0),
    pending: removals.some(({ pending }) => pending),
  };
}

/** @throws AdminApiDown, AdminApiProblem */
export function invalidate(viewer: FleetViewer, tenantId: string, target: Target, reason: string): Promise<Removal> {
  const { kind: _, ...named } = target;
  return adminApi(viewer, `${of(tenantId)}/invalidate`, {
    schema: REMOVAL,
    method: 'POST',
    body: { ...named, reason },
  });
}
