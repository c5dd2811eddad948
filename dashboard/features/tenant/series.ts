import type { Frame, Value } from '@/data/series/frame';
import type { SeriesName } from '@/data/series/names';
import type { Reading } from '@/data/series/source';

/** The charts of one tenant and what each reads; the polling handlers know no other block. */
export const TENANT_CHARTS = {
  'quota-use': ['usedBytes', 'quotaBytes', 'hardLimitBytes'],
  'hit-rate': ['l1Hits', 'l2Hits', 'misses', 'loadErrors'],
  evictions: ['evictions', 'expirations', 'invalidations'],
  requests: ['requests'],
  refusals: ['rejections'],
  'response-time': ['requests', 'responseTimeMs'],
  facts: ['requests', 'l1Hits', 'l2Hits', 'misses', 'evictions', 'responseTimeMs'],
} as const satisfies Record<string, readonly SeriesName[]>;

export type TenantChart = keyof typeof TENANT_CHARTS;
export type ChartReading<Chart extends TenantChart> = Reading<(typeof TENANT_CHARTS)[Chart][number]>;

export function isTenantChart(name: string): name is TenantChart {
  return Object.hasOwn(TENANT_CHARTS, name);
}

/** Without the step under way until half of it has passed: a burst of a minute says nothing of hours. */
export function settled(
  values: readonly Value[],
  { stepMs, lastStepMs }: Pick<Frame<string>, 'stepMs' | 'lastStepMs'>,
) {
  return lastStepMs !== undefined && lastStepMs < stepMs / 2 ? [...values.slice(0, -1), null] : values;
}

/** Per second of each step; the step under way counts as long as it has lasted. */
export function perSecondOf(values: readonly Value[], frame: Pick<Frame<string>, 'stepMs' | 'lastStepMs'>): Value[] {
  return values.map((value, index) => {
    const stepMs = index === values.length - 1 ? (frame.lastStepMs ?? frame.stepMs) : frame.stepMs;
    return value === null || stepMs <= 0 ? null : value / (stepMs / 1000);
  });
}
