import 'server-only';
import { z } from 'zod';
import { AdminApiDown, AdminApiProblem, adminApi } from './admin-api';
import { type ChangeResult, change } from './change';
import {
  DATASET,
  type Dataset,
  ENTRIES_PAGE_SIZE,
  INVALIDATED,
  type Invalidated,
  type Invalidation,
  SHARED_ENTRY,
  type SharedEntry,
} from './shared-schema';
import type { FleetViewer } from './viewer';

const WALK_PAGE = 500;
const WALK_PAGES = 4;

export interface DatasetsReading {
  readonly readAtMs: number;
  readonly datasets: readonly Dataset[];
}

/** All datasets with their budgets and what they hold now. */
export async function readDatasets(viewer: FleetViewer): Promise<DatasetsReading> {
  const readAtMs = Date.now();
  const { items } = await adminApi(viewer, '/shared', { schema: z.object({ items: z.array(DATASET) }) });
  return { readAtMs, datasets: items };
}

/** Undefined where there is no such dataset. */
export async function readDataset(viewer: FleetViewer, dataset: string): Promise<Dataset | undefined> {
  try {
    return await adminApi(viewer, `/shared/${encodeURIComponent(dataset)}`, { schema: DATASET });
  } catch (error) {
    if (error instanceof AdminApiProblem && error.status === 404) return undefined;
    throw error;
  }
}

const ENTRIES = z.object({
  items: z.array(SHARED_ENTRY),
  next: z.string().nullable(),
  unnamed: z.number(),
  asOf: z.string(),
});
export type SharedEntriesPage = z.infer<typeof ENTRIES>;

interface EntriesQuery {
  /** What the groups begin with; everything where it is empty. */
  readonly prefix: string;
  readonly cursor: string;
}

/** Undefined for a cursor that belongs to another walk. */
export async function listSharedEntries(
  viewer: FleetViewer,
  dataset: string,
  { prefix, cursor }: EntriesQuery,
): Promise<SharedEntriesPage | undefined> {
  try {
    return await adminApi(viewer, `/shared/${encodeURIComponent(dataset)}/entries`, {
      schema: ENTRIES,
      query: { prefix, cursor, limit: ENTRIES_PAGE_SIZE },
    });
  } catch (error) {
    if (cursor !== '' && error instanceof AdminApiProblem && error.status === 400) return undefined;
    throw error;
  }
}

export interface CachedEntries {
  readonly items: readonly SharedEntry[];
  /** False where the dataset holds more than the 2,000 entries that were looked at. */
  readonly complete: boolean;
}

/** What is cached now, at most 2,000 entries by at most four questions; undefined while the API or Redis does not answer. */
export async function cachedEntries(viewer: FleetViewer, dataset: string): Promise<CachedEntries | undefined> {
  const items: SharedEntry[] = [];
  let cursor: string | undefined;
  try {
    for (let page = 0; page < WALK_PAGES; page += 1) {
      const found = await adminApi(viewer, `/shared/${encodeURIComponent(dataset)}/entries`, {
        schema: ENTRIES,
        query: { cursor, limit: WALK_PAGE },
      });
      items.push(...found.items);
      if (found.next === null) return { items, complete: true };
      cursor = found.next;
    }
    return { items, complete: false };
  } catch (error) {
    if (error instanceof AdminApiDown || error instanceof AdminApiProblem) return undefined;
    throw error;
  }
}

/** Admins and operators: gone in every process, for all tenants, once this resolves. */
export function invalidateShared(
  viewer: FleetViewer,
  dataset: string,
  body: Invalidation,
): Promise<ChangeResult<Invalidated>> {
  return change(() =>
    adminApi(viewer, `/shared/${encodeURIComponent(dataset)}/invalidate`, {
      schema: INVALIDATED,
      method: 'POST',
      body,
    }),
  );
}
