import 'server-only';
import { z } from 'zod';
import { AdminApiProblem, adminApi } from './admin-api';
import type { TimeRange } from './range';
import type { FleetViewer, TenantViewer, Viewer } from './viewer';

const DAY_MS = 86_400_000;
/** As many as the API takes at once. */
const MOST_DAYS = 367;

const RESOURCE = z.object({
  resource: z.string(),
  requests: z.number(),
  l1Hits: z.number(),
  l2Hits: z.number(),
  misses: z.number(),
  loads: z.number(),
  bytesServed: z.number(),
  bytesWritten: z.number(),
  loadTimeMs: z.number(),
});
/** What was counted of one resource in a span of days. */
export type ResourceUsage = z.infer<typeof RESOURCE>;

const ANSWER = z.object({ from: z.string(), to: z.string(), items: z.array(RESOURCE) });

export interface ResourceReading {
  /** First and last UTC day, both included. */
  readonly from: string;
  readonly to: string;
  /** The most asked for first. */
  readonly items: readonly ResourceUsage[];
  /** False where the API keeps no usage that could be read. */
  readonly kept: boolean;
}

/** Counts of a tenant's resources on the UTC days that a range touches. */
export function tenantResources(viewer: FleetViewer, tenantId: string, range: TimeRange): Promise<ResourceReading> {
  return resources(viewer, tenantId, range);
}

/** The same of the reader's own tenant. */
export function ownResources(viewer: TenantViewer, range: TimeRange): Promise<ResourceReading> {
  return resources(viewer, viewer.tenantId, range);
}

async function resources(viewer: Viewer, tenantId: string, range: TimeRange): Promise<ResourceReading> {
  const days = daysOf(range);
  try {
    const path = `/tenants/${encodeURIComponent(tenantId)}/usage/resources`;
    return { ...(await adminApi(viewer, path, { schema: ANSWER, query: days })), kept: true };
  } catch (error) {
    if (error instanceof AdminApiProblem && error.code === 'USAGE_NOT_KEPT') return { ...days, items: [], kept: false };
    throw error;
  }
}

function daysOf({ fromMs, toMs }: Pick<TimeRange, 'fromMs' | 'toMs'>): { from: string; to: string } {
  const dayOf = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const earliestMs = Math.max(fromMs, toMs - (MOST_DAYS - 1) * DAY_MS, 0);
  // A range that ends at midnight has nothing of the day that begins there.
  return { from: dayOf(earliestMs), to: dayOf(Math.max(earliestMs, toMs - 1)) };
}
