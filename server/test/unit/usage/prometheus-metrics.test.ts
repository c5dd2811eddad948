import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { ResourceCounters } from '../../../src/core/counters.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { gauge } from '../../../src/usage/instruments.js';
import { familiesOf, OPENMETRICS, openExporter, seriesOf } from './exporter.js';

const TENANT = tenantId('t0');
const LIMITS = { usedBytes: 1, quotaBytes: 1, hardLimitBytes: 1, atMs: 1 };

afterEach(() => {
  jest.restoreAllMocks();
});

describe('PrometheusMetrics', () => {
  it('exports the counters as they stand, scrape after scrape', async () => {
    const { add, series } = openExporter();
    const counters = add('t0', { requests: 10, l1Hits: 4, usedBytes: 100, loadTimeMs: 1_500 });
    await series();
    counters.requests = 25;
    const scraped = await series();
    expect(scraped.get('tc_requests_total{tenant="t0"}')).toBe(25);
    expect(scraped.get('tc_hits_total{tier="l1",tenant="t0"}')).toBe(4);
    expect(scraped.get('tc_load_time_seconds_total{tenant="t0"}')).toBe(1.5);
    expect(scraped.get('tc_quota_usage_bytes{tenant="t0"}')).toBe(100);
    expect(scraped.get('tc_tenants')).toBe(1);
    expect(scraped.get('tc_l1_bytes')).toBe(7);
    expect(scraped.get('tc_store_up')).toBe(1);
    expect(scraped.get('tc_bus_up')).toBe(0);
    expect(scraped.get('tc_settings_age_seconds')).toBe(1.5);
    expect(scraped.get('tc_fleet_enforced_ratio')).toBe(0.125);
    expect(scraped.get('tc_store_bypassed')).toBe(1);
  });

  it('sums resources over tenants, each read once by what answered it', async () => {
    const { add, leave, series } = openExporter();
    const counts = { requests: 10, l1Hits: 5, l2Hits: 3, misses: 2, loads: 4, bytesServed: 80, loadTimeMs: 250 };
    for (const id of ['a', 'b']) add(id).resources.set('orders', Object.assign(new ResourceCounters(), counts));
    const check = async () => {
      const scraped = await series();
      const of = (family: string, first = '') => scraped.get(`tc_${family}{${first}resource="orders"}`);
      const outcomes = ['l1', 'l2', 'miss'].map((outcome) => of('resource_requests_total', `outcome="${outcome}",`));
      expect(outcomes).toEqual([10, 6, 4]);
      expect([of('origin_calls_total'), of('origin_calls_saved_total')]).toEqual([8, 16]);
      expect([of('resource_bytes_served_total'), of('origin_time_seconds_total')]).toEqual([160, 0.5]);
    };
    await check();
    leave('a');
    await check();
  });

  it('exports cumulative histograms without a tenant, their bounds as OpenMetrics writes them', async () => {
    const { latency, series } = openExporter();
    latency.getL1.observe(0.02, 16);
    latency.getL1.observe(3);
    latency.getL1.observe(60_000);
    const scraped = await series();
    const of = (suffix: string) => scraped.get(`tc_operation_duration_seconds${suffix}`);
    expect(of('_bucket{operation="get",tier="l1",le="5e-05"}')).toBe(16);
    expect(of('_bucket{operation="get",tier="l1",le="0.005"}')).toBe(17);
    expect(of('_bucket{operation="get",tier="l1",le="5.0"}')).toBe(17);
    expect(of('_bucket{operation="get",tier="l1",le="+Inf"}')).toBe(18);
    expect(of('_count{operation="get",tier="l1"}')).toBe(18);
    expect(of('_sum{operation="get",tier="l1"}')).toBeCloseTo(60.00332);
  });

  it('follows breaker, store, bus, invalidation and delivery events', async () => {
    const { metrics, series } = openExporter();
    const before = await series();
    expect([...before.keys()].filter((name) => name.includes('_timestamp_'))).toEqual([]);
    metrics.observe({ type: 'breaker', state: 'open', node: 'a' });
    metrics.observe({ type: 'breaker', state: 'closed', node: 'b' });
    metrics.observe({ type: 'store-error', operation: 'get', code: 'STORE_UNAVAILABLE' });
    metrics.observe({ type: 'bus', state: 'down' });
    metrics.observe({ type: 'bus', state: 'up' });
    metrics.observe({ type: 'invalidation', tenant: TENANT, kind: 'tags' });
    metrics.observe({ type: 'flush', ok: false, parts: 1, lateParts: 0, durationMs: 1 });
    metrics.observe({ type: 'flush', ok: true, parts: 5, lateParts: 2, durationMs: 1 });
    metrics.observe({ type: 'journal', ok: false, parts: 1, durationMs: 1 });
    metrics.observe({ type: 'collect', ok: true, parts: 7, lateParts: 3, tenants: 2, durationMs: 1 });
    const scraped = await series();
    expect(scraped.get('tc_breaker_state')).toBe(2);
    expect(scraped.get('tc_store_errors_total')).toBe(1);
    expect(scraped.get('tc_bus_gaps_total')).toBe(1);
    expect(scraped.get('tc_invalidations_total{kind="tags"}')).toBe(1);
    expect([scraped.get('tc_flush_errors_total'), scraped.get('tc_flush_late_parts_total')]).toEqual([1, 5]);
    expect([scraped.get('tc_journal_errors_total'), scraped.get('tc_collected_parts_total')]).toEqual([1, 7]);
    const nowSeconds = Date.now() / 1000;
    // A journal that has failed ever since is late from the start of the process, not from the first failure on.
    for (const what of ['flush', 'journal', 'collect']) {
      expect(nowSeconds - (scraped.get(`tc_last_${what}_timestamp_seconds`) ?? 0)).toBeLessThan(60);
    }
  });

  it('counts the moments in which a tenant felt its quota, and no recovery', async () => {
    const { metrics, add, series } = openExporter();
    add('t0');
    const told = [
      ['ok', 'warning'],
      ['warning', 'critical'],
      ['critical', 'exceeded'],
      ['exceeded', 'ok'],
      ['ok', 'exceeded'],
    ] as const;
    for (const [from, to] of told) metrics.observe({ type: 'quota-state', tenant: TENANT, from, to, ...LIMITS });
    const refused = { type: 'rejection', tenant: TENANT, code: 'QUOTA_EXCEEDED', sizeBytes: 1 } as const;
    metrics.observe({ ...refused, observed: false });
    metrics.observe({ ...refused, observed: true });
    // Of a tenant that this process only looks after.
    metrics.observe({ type: 'quota-state', tenant: tenantId('away'), from: 'ok', to: 'exceeded', ...LIMITS });
    const scraped = await series();
    const crossings = ['warning', 'exceeded', 'critical'].map((to) =>
      scraped.get(`tc_quota_crossings_total{to="${to}",tenant="t0"}`),
    );
    expect(crossings).toEqual([1, 1, 1]);
    expect(scraped.get('tc_quota_exceeded_total{tenant="t0"}')).toBe(3);
    expect(scraped.get('tc_quota_exceeded_total{tenant="other"}')).toBe(1);
  });

  it('counts alerts when they are raised, and every attempt of a webhook', async () => {
    const { metrics, series } = openExporter();
    const alert = { type: 'alert', tenant: TENANT, kind: 'quota', threshold: 80, value: 81 } as const;
    metrics.observe({ ...alert, state: 'raised' });
    metrics.observe({ ...alert, state: 'resolved' });
    metrics.observe({ type: 'webhook', outcome: 'failed', status: 503, attempt: 1 });
    const scraped = await series();
    expect(scraped.get('tc_alerts_total{kind="quota"}')).toBe(1);
    expect(scraped.get('tc_alerts_total{kind="rejection-rate"}')).toBe(0);
    expect(scraped.get('tc_webhook_deliveries_total{outcome="failed"}')).toBe(1);
    expect(scraped.get('tc_webhook_deliveries_total{outcome="delivered"}')).toBe(0);
  });

  it('recovers from a scrape that failed half-way, and counts nothing twice', async () => {
    const { metrics, add, series } = openExporter();
    add('t0', { requests: 10, usedBytes: 5 });
    let failing = true;
    gauge(metrics.registry, 'tc_failing', 'Fails once', () => {
      if (failing) throw new Error('down');
      return undefined;
    });
    await expect(series()).rejects.toThrow('down');
    failing = false;
    for (let scrape = 0; scrape < 2; scrape++) {
      const scraped = await series();
      expect(scraped.get('tc_requests_total{tenant="t0"}')).toBe(10);
      expect(scraped.has('tc_failing')).toBe(false);
    }
  });

  it.each([undefined, OPENMETRICS])('gives the event loop back between families that take long: %p', async (accept) => {
    const { metrics, add, text } = openExporter();
    add('t0');
    let nowMs = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => {
      nowMs += 5;
      return nowMs;
    });
    let turns = 0;
    let done = false;
    const count = () => {
      turns++;
      if (!done) setImmediate(count);
    };
    setImmediate(count);
    await text(accept);
    done = true;
    expect(turns).toBeGreaterThanOrEqual(familiesOf(metrics.registry).length);
  });

  it('shares a scrape under way, and gives the other format one of its own', async () => {
    const { metrics, add } = openExporter();
    add('t0');
    const [first, second, other] = await Promise.all(
      [undefined, '*/*', OPENMETRICS].map((accept) => metrics.registry.scrape(accept)),
    );
    expect(first).toBe(second);
    expect(other?.contentType).toMatch(/^application\/openmetrics-text; version=1\.0\.0/);
    expect(String(other?.body).endsWith('# EOF\n')).toBe(true);
    expect(seriesOf(String(other?.body))).toEqual(seriesOf(String(first?.body)));
  });
});
