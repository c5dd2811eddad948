import { describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MetricRegistry } from '../../../src/usage/metric-registry.js';
import { UpkeepMetrics } from '../../../src/usage/upkeep-metrics.js';

type Reconciled = Extract<CacheEvent, { type: 'reconciled' }>;

function open() {
  const registry = new MetricRegistry();
  const metrics = new UpkeepMetrics(registry, 'tc_');
  const value = async (series: string) => {
    const line = String((await registry.scrape(undefined)).body)
      .split('\n')
      .find((text) => text.startsWith(`${series} `));
    return line === undefined ? undefined : Number(line.slice(series.length));
  };
  const reconciled = (tenant: string, found: Partial<Reconciled> = {}) =>
    metrics.observe({
      type: 'reconciled',
      tenant: tenantId(tenant),
      trigger: 'schedule',
      ghosts: 0,
      ghostBytes: 0,
      orphans: 0,
      repaired: 0,
      driftBytes: 0,
      compared: true,
      durationMs: 1,
      ...found,
    });
  return { metrics, value, reconciled };
}

describe('UpkeepMetrics', () => {
  it('tell the drift of each tenant’s last reconcile, summed, and all that was ever found, either way', async () => {
    const { value, reconciled } = open();
    reconciled('a', { driftBytes: -300, ghosts: 2, ghostBytes: 64 });
    reconciled('b', { driftBytes: 100, orphans: 3 });
    expect(await value('tc_usage_drift_bytes')).toBe(400);
    reconciled('a');
    expect(await value('tc_usage_drift_bytes')).toBe(100);
    expect(await value('tc_usage_drift_found_bytes_total')).toBe(400);
    expect(await value('tc_reconciles_total{trigger="schedule"}')).toBe(3);
    expect([await value('tc_reconcile_ghosts_total'), await value('tc_reconcile_orphans_total')]).toEqual([2, 3]);
  });

  it('do not take a reconcile that could not compare for one without drift', async () => {
    const { value, reconciled } = open();
    reconciled('a', { driftBytes: 100 });
    reconciled('a', { compared: false });
    expect(await value('tc_usage_drift_bytes')).toBe(100);
    expect(await value('tc_reconciles_uncompared_total')).toBe(1);
  });

  it('tell who leads', async () => {
    const { metrics, value } = open();
    metrics.observe({ type: 'leader', leading: true });
    expect(await value('tc_upkeep_leader')).toBe(1);
    metrics.observe({ type: 'leader', leading: false });
    expect(await value('tc_upkeep_leader')).toBe(0);
  });
});
