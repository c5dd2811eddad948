import { describe, expect, it } from '@jest/globals';
import { TenantCounters } from '../../../src/core/counters.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import { createLatency } from '../../../src/core/latency.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { PrometheusMetrics } from '../../../src/usage/prometheus-metrics.js';

function open(tenants: number, maxTenantLabels: number) {
  const rows = Array.from({ length: tenants }, (_, index) => {
    const counters = new TenantCounters();
    counters.requests = 10;
    counters.l1Hits = 4;
    counters.usedBytes = 100;
    return { tenant: tenantId(`t${index}`), counters };
  });
  const latency = createLatency();
  const metrics = new PrometheusMetrics(
    {
      tenants: () => rows,
      latency: Object.values(latency),
      l1: { bytes: () => 7, tenants: () => 1 },
      storeUp: () => true,
      busUp: () => false,
      settingsAgeMs: () => 1_500,
      fleet: () => ({ ...DEFAULT_FLEET, sharedStoreBypassed: true }),
      version: '1.2.3',
    },
    { prefix: 'tc_', maxTenantLabels },
  );
  const series = async () => {
    const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line && !line.startsWith('#'));
    return new Map(
      lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
    );
  };
  return { latency, metrics, rows, series };
}

describe('PrometheusMetrics', () => {
  it('exports the counters as they stand, scrape after scrape', async () => {
    const { rows, series } = open(1, 10);
    await series();
    if (rows[0]) rows[0].counters.requests = 25;
    const scraped = await series();
    expect(scraped.get('tc_requests_total{tenant="t0"}')).toBe(25);
    expect(scraped.get('tc_hits_total{tenant="t0",tier="l1"}')).toBe(4);
    expect(scraped.get('tc_quota_usage_bytes{tenant="t0"}')).toBe(100);
    expect(scraped.get('tc_l1_bytes')).toBe(7);
    expect(scraped.get('tc_store_up')).toBe(1);
    expect(scraped.get('tc_bus_up')).toBe(0);
    expect(scraped.get('tc_settings_age_seconds')).toBe(1.5);
    expect(scraped.get('tc_store_bypassed')).toBe(1);
  });

  it('sums tenants past the label cap into one, and keeps a label once it is given', async () => {
    const { rows, series } = open(30, 5);
    await series();
    rows.reverse();
    const scraped = await series();
    const labels = [...scraped.keys()].filter((name) => name.startsWith('tc_requests_total'));
    expect(labels).toHaveLength(6);
    expect(scraped.get('tc_requests_total{tenant="other"}')).toBe(250);
    expect(scraped.get('tc_quota_usage_bytes{tenant="other"}')).toBe(2_500);
    expect(scraped.has('tc_requests_total{tenant="t0"}')).toBe(true);
  });

  it('exports cumulative histograms without a tenant', async () => {
    const { latency, series } = open(1, 10);
    latency.getL1.observe(0.02, 16);
    latency.getL1.observe(3);
    latency.getL1.observe(60_000);
    const scraped = await series();
    const of = (suffix: string) => scraped.get(`tc_operation_duration_seconds${suffix}`);
    expect(of('_bucket{operation="get",tier="l1",le="0.00005"}')).toBe(16);
    expect(of('_bucket{operation="get",tier="l1",le="0.005"}')).toBe(17);
    expect(of('_bucket{operation="get",tier="l1",le="5"}')).toBe(17);
    expect(of('_bucket{operation="get",tier="l1",le="+Inf"}')).toBe(18);
    expect(of('_count{operation="get",tier="l1"}')).toBe(18);
    expect(of('_sum{operation="get",tier="l1"}')).toBeCloseTo(60.00332);
  });

  it('follows breaker, store and flush events', async () => {
    const { metrics, series } = open(0, 10);
    metrics.observe({ type: 'breaker', state: 'open' });
    metrics.observe({ type: 'store-error', operation: 'get', code: 'STORE_UNAVAILABLE' });
    metrics.observe({ type: 'flush', ok: false, parts: 1, durationMs: 1 });
    metrics.observe({ type: 'flush', ok: true, parts: 1, durationMs: 1 });
    const scraped = await series();
    expect(scraped.get('tc_breaker_state')).toBe(2);
    expect(scraped.get('tc_store_errors_total')).toBe(1);
    expect(scraped.get('tc_flush_errors_total')).toBe(1);
    expect(scraped.get('tc_last_flush_timestamp_seconds')).toBeGreaterThan(1e9);
  });
});
