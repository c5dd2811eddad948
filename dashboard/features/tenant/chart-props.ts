import type { QuotaChangeEvent } from '@/data/quota-changes';
import type { ChartReading, TenantChart } from './series';

/** What each chart of a tenant gets: its first reading, where the next ones come from, and who reads it. */
export interface TenantChartProps<Chart extends TenantChart> {
  readonly path: string;
  readonly first: ChartReading<Chart>;
  /** Quota changes in the range, newest first. */
  readonly events: readonly QuotaChangeEvent[];
  readonly voice: 'operator' | 'tenant';
}

export const WIDE_PX = 240;
export const HALF_PX = 200;
