import { expect, it } from '@jest/globals';
import { ResourceCounters } from '../../../src/core/counters.js';
import { MAX_RESOURCE_LABELS } from '../../../src/usage/resource-families.js';
import { familiesOf, openExporter } from './exporter.js';

const LABELS = 1_000;

it('10,000 tenants with hostile resource names stay within the cap of series, review after review', async () => {
  let nowMs = 0;
  const { add, metrics, tenants, series } = openExporter({ maxTenantLabels: LABELS, now: () => nowMs });
  for (let index = 0; index < 10_000; index++) {
    const { resources } = add(`t${index}`, { requests: index });
    for (let name = 0; name < 4; name++) resources.set(`r${index}-${name}`, new ResourceCounters());
  }
  const rest = familiesOf(metrics.registry).filter(
    ({ labelNames }) => !labelNames.includes('tenant') && !labelNames.includes('resource'),
  );
  for (let round = 0; round < 3; round++) {
    const count = { tenant: 0, resource: 0, rest: 0 };
    for (const name of (await series()).keys()) {
      const of = /[{,](tenant|resource)="/.exec(name)?.[1] as 'tenant' | 'resource' | undefined;
      count[of ?? 'rest']++;
    }
    // 32 series of a tenant: see the values of the second labels in the page on metrics.
    expect(count.tenant).toBe(32 * (LABELS + 1));
    expect(count.resource).toBe(7 * (MAX_RESOURCE_LABELS + 1));
    expect(count.rest).toBeLessThan(rest.length + 7 * 19 + 30);
    nowMs += 300_000;
    for (const { counters } of tenants.values()) counters.requests += Math.floor(Math.random() * 1_000);
  }
}, 300_000);
