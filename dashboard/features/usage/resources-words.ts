import { percent } from '@/components/ui/figures';
import { day } from '@/components/ui/times';
import type { ResourceReading, ResourceUsage } from '@/data/resources';

export const TOP_RESOURCES = 10;

/** Of its requests, those that were answered from a tier; undefined without requests. */
export function hitRatio({ requests, l1Hits, l2Hits }: ResourceUsage): number | undefined {
  return requests === 0 ? undefined : (l1Hits + l2Hits) / requests;
}

/** How long a load took in the mean; undefined without loads. */
export function meanLoadMs({ loads, loadTimeMs }: ResourceUsage): number | undefined {
  return loads === 0 ? undefined : loadTimeMs / loads;
}

/** Which resource asks most, and which misses most where that is another one. */
export function resourcesFinding(items: readonly ResourceUsage[]): string {
  const requests = items.reduce((sum, row) => sum + row.requests, 0);
  const misses = items.reduce((sum, row) => sum + row.misses, 0);
  const [busiest] = items;
  if (!busiest || requests === 0) return 'No resource was asked for';
  const worst = items.reduce((most, row) => (row.misses > most.misses ? row : most), busiest);
  const asked = `${busiest.resource} gets ${percent(busiest.requests / requests) ?? ''} of the requests`;
  if (misses === 0) return `${asked}, and nothing misses`;
  const share = percent(worst.misses / misses) ?? '';
  return worst.resource === busiest.resource
    ? `${asked} and ${share} of the misses`
    : `${asked}, ${worst.resource} ${share} of the misses`;
}

/** `22 Nov`, `20 Nov to 22 Nov`: whole UTC days. */
export function daysWords({ from, to }: Pick<ResourceReading, 'from' | 'to'>): string {
  return from === to ? day(from) : `${day(from)} to ${day(to)}`;
}
