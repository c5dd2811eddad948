import { z } from 'zod';
import { COUNTER_NAMES, RESOURCE_COUNTER_NAMES } from '../core/counters.js';
import { anyTenantId, day, named, time, whole } from './answer-schemas.js';

const count = z.number().min(0);
type Counts<Name extends string> = Record<Name, typeof count>;
function counts<Name extends string>(names: readonly Name[]): Counts<Name> {
  return Object.fromEntries(names.map((name) => [name, count])) as Counts<Name>;
}
/** What is counted of each tenant, as `docs/features/metrics.md` explains it. */
const counters = counts(COUNTER_NAMES);

const ratio = z.number().min(0).max(1);
const dayUsage = named(
  'DayUsage',
  z.strictObject({
    date: day,
    ...counters,
    hitRate: ratio.nullable().meta({ description: '0 to 1; null without requests' }),
    meanResponseTimeMs: count.nullable(),
  }),
);
const usageSample = named(
  'UsageSample',
  z.strictObject({
    start: time,
    ...counters,
    usedBytes: whole.meta({ description: 'At the end of the step, as the next three' }),
    entries: whole,
    quotaBytes: whole,
    hardLimitBytes: whole,
  }),
);
const resourceUsage = named(
  'ResourceUsage',
  z.strictObject({ resource: z.string(), ...counts(RESOURCE_COUNTER_NAMES) }),
);

export const daysAnswer = z.strictObject({ tenantId: anyTenantId, from: day, to: day, items: z.array(dayUsage) });
export const samplesAnswer = z.strictObject({
  tenantId: anyTenantId,
  from: time,
  to: time,
  stepMs: whole,
  items: z.array(usageSample),
});
export const resourcesAnswer = z.strictObject({
  tenantId: anyTenantId,
  from: day,
  to: day,
  items: z.array(resourceUsage),
});
export const fleetUsageAnswer = z.strictObject({
  from: day,
  to: day,
  by: z.string(),
  tenants: whole.meta({ description: 'That had requests' }),
  total: z.strictObject(counters),
  items: z.array(named('TenantSpan', z.strictObject({ tenantId: anyTenantId, ...counters }))),
});
