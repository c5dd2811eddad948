import { AsyncLocalStorage } from 'node:async_hooks';
import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { type Context, type ContextManager, context, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { AlwaysOffSampler, BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import express, { type RequestHandler } from 'express';
import { createLatency } from '../../src/core/latency.js';
import { metricsHandler } from '../../src/http/metrics-route.js';
import { OpenTelemetryTracing } from '../../src/usage/open-telemetry.js';
import { checkMetrics, PrometheusProcess } from '../fakes/prometheus.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { openExporter, seriesOf } from '../unit/usage/exporter.js';

let server: Server | undefined;
let prometheus: PrometheusProcess | undefined;

afterEach(async () => {
  await prometheus?.stop();
  server?.closeAllConnections();
  server?.close();
  [prometheus, server] = [undefined, undefined];
  await closeRedisCaches();
});

async function serve(handler: RequestHandler): Promise<string> {
  server = express().get('/metrics', handler).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function worked() {
  const id = `scrape-${randomUUID()}`;
  const cache = redisCache({ tenants: { default: { quotaBytes: 4_096 } } });
  const tenant = cache.forTenant(id);
  for (let round = 0; round < 2; round++) await tenant.getOrSet('orders', 'a', () => 'value');
  await tenant.getOrSet('orders', 'b', () => Promise.reject(new Error('down'))).catch(() => {});
  for (let index = 0; index < 20; index++) await tenant.set('orders', `k${index}`, 'x'.repeat(400), { tags: ['t'] });
  await tenant.set('orders', 'huge', randomBytes(10_000).toString('hex')).catch(() => {});
  await tenant.get('orders', 'k19');
  await tenant.invalidateTags(['t']);
  await tenant.delete('orders', 'a');
  await tenant.clear();
  await cache.reconcile(id);
  return { cache, id };
}

describe('a scrape of a cache that has done work of every kind', () => {
  it('is what promtool finds no fault with', async () => {
    const { cache, id } = await worked();
    const address = await serve(cache.metricsHandler());
    const text = await (await fetch(`http://${address}/metrics`)).text();
    expect(checkMetrics(text)).toBe('');
    const series = seriesOf(text);
    const of = (family: string, rest = '') => series.get(`tenantcache_${family}{tenant="${id}"${rest}}`);
    for (const family of ['requests_total', 'misses_total', 'loads_total', 'load_errors_total', 'writes_total'])
      expect([family, (of(family) ?? 0) > 0]).toEqual([family, true]);
    for (const family of ['rejections_total', 'bytes_written_total', 'evicted_bytes_total', 'quota_exceeded_total'])
      expect([family, (of(family) ?? 0) > 0]).toEqual([family, true]);
    expect(of('quota_limit_bytes')).toBe(4_096);
    expect(series.get('tenantcache_reconciles_total{trigger="demand"}')).toBe(1);
    // The check has to be one that finds something.
    expect(checkMetrics(text.replaceAll('tenantcache_writes_total', 'tenantcache_writesCount'))).toMatch(/camelCase/);
  });

  it('is taken by Prometheus as OpenMetrics', async () => {
    const { cache, id } = await worked();
    prometheus = await PrometheusProcess.start(await serve(cache.metricsHandler()));
    const started = prometheus;
    const query = `tenantcache_requests_total{tenant="${id}"}`;
    const value = async () => {
      const { result } = await started.ask<{ result: { value: [number, string] }[] }>('query', { query });
      return Number(result[0]?.value[1]);
    };
    await until(async () => (await value()) > 0);
    // A scrape that a busy machine let run into its second is followed by another.
    await until(async () => {
      const { activeTargets } = await started.ask<{ activeTargets: { lastError: string; health: string }[] }>(
        'targets',
      );
      return activeTargets.length === 1 && activeTargets[0]?.health === 'up' && activeTargets[0].lastError === '';
    });
  });
});

describe('exemplars', () => {
  /** What an SDK for Node brings along. */
  class AsyncContexts implements ContextManager {
    readonly #storage = new AsyncLocalStorage<Context>();
    active = () => this.#storage.getStore() ?? ROOT_CONTEXT;
    with: ContextManager['with'] = (active, run, self, ...args) =>
      this.#storage.run(active, () => run.apply(self as never, args));
    bind = <T>(_: Context, target: T) => target;
    enable = () => this;
    disable = () => this;
  }

  it('lead from a bucket in Prometheus to the trace, if it is one that is kept', async () => {
    context.setGlobalContextManager(new AsyncContexts());
    trace.setGlobalTracerProvider(new BasicTracerProvider());
    const tracing = new OpenTelemetryTracing({ tenant: false, version: '1' });
    try {
      await tracing.loaded;
      const { latency, metrics } = openExporter({ tracing });
      expect(createLatency().load.exemplars).toEqual([]);
      const observe = (
        tracer: { startActiveSpan: ReturnType<typeof trace.getTracer>['startActiveSpan'] },
        ms: number,
      ) =>
        tracer.startActiveSpan('request', (span) => {
          latency.load.observe(ms);
          return span.spanContext().traceId;
        });
      const traceId = observe(trace.getTracer('app'), 30);
      observe(new BasicTracerProvider({ sampler: new AlwaysOffSampler() }).getTracer('app'), 31);
      latency.load.observe(32);
      prometheus = await PrometheusProcess.start(await serve(metricsHandler(metrics.registry)));
      const started = prometheus;
      interface Found {
        readonly seriesLabels: Record<string, string>;
        readonly exemplars: { labels: Record<string, string>; value: string }[];
      }
      const now = Date.now() / 1000;
      const query = 'tc_operation_duration_seconds_bucket';
      const found = () =>
        started.ask<Found[]>('query_exemplars', { query, start: String(now - 600), end: String(now + 600) });
      await until(async () => (await found()).length > 0);
      const [bucket, ...others] = await found();
      expect(others).toEqual([]);
      expect(bucket?.seriesLabels).toMatchObject({ operation: 'load', tier: 'l3', le: '0.05' });
      expect(bucket?.exemplars).toEqual([expect.objectContaining({ labels: { trace_id: traceId }, value: '0.03' })]);
    } finally {
      tracing.close();
      trace.disable();
      context.disable();
    }
  });
});
