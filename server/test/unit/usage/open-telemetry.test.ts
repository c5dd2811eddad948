import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type Context, type ContextManager, context, ROOT_CONTEXT, SpanStatusCode, trace } from '@opentelemetry/api';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { SharedStore } from '../../../src/core/contracts.js';
import { fail } from '../../../src/core/errors.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { NOOP_TRACING, type Tracing } from '../../../src/core/tracing.js';
import { OpenTelemetryTracing } from '../../../src/usage/open-telemetry.js';
import { TracedStore } from '../../../src/usage/traced-store.js';

const TENANT = tenantId('acme');
const ID = entryId('orders', 'secret-key');
const LIMITS = limitsOf({ quotaBytes: 1_000 });
const BODY = { payload: Buffer.from('secret-value'), ttlMs: 1, graceMs: 0 };

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

/** Answers everything; counts nothing. */
const store = new Proxy({} as SharedStore, {
  get: (_, name) => async () => (name === 'write' ? { status: 'full' } : undefined),
});

describe('without an SDK', () => {
  it('is off, and a call is the store’s own promise', async () => {
    const tracing = new OpenTelemetryTracing({ tenant: false, version: '1' });
    await tracing.loaded;
    expect(tracing.enabled).toBe(false);
    const promise = Promise.resolve(undefined);
    const traced = new TracedStore({ ...store, get: () => promise } as never, tracing);
    expect(traced.get(TENANT, ID)).toBe(promise);
    tracing.close();
  });

  it('looks at nothing but whether it is on', async () => {
    const looks: PropertyKey[] = [];
    const spy = new Proxy(NOOP_TRACING, {
      get: (target, name) => {
        looks.push(name);
        return Reflect.get(target, name);
      },
    });
    const traced = new TracedStore(store, spy);
    await traced.get(TENANT, ID);
    await traced.getMany(TENANT, [ID]);
    await traced.write(TENANT, ID, BODY, LIMITS);
    await traced.delete(TENANT, ID);
    await traced.invalidate(TENANT, [{ tag: 'secret-tag' }]);
    await traced.clear(TENANT);
    expect(looks).toEqual(Array(6).fill('enabled'));
  });

  it('works where the package is not installed', async () => {
    const load = () => Promise.reject(new Error('Cannot find package'));
    const tracing = new OpenTelemetryTracing({ tenant: false, version: '1', load });
    await tracing.loaded;
    tracing.detect();
    expect(tracing.enabled).toBe(false);
    expect(await tracing.span('load', { tenant: TENANT }, async (span) => span)).toBeUndefined();
  });
});

describe('with an SDK', () => {
  const exporter = new InMemorySpanExporter();
  let tracing: Tracing;
  const named = (name: string) => {
    const span = exporter.getFinishedSpans().find((finished) => finished.name === `tenantcache.${name}`);
    if (!span) throw new Error(`no span ${name}`);
    return span;
  };
  const open = async (tenant = false) => {
    const made = new OpenTelemetryTracing({ tenant, version: '1.2.3' });
    await made.loaded;
    return made;
  };

  beforeAll(async () => {
    const early = await open();
    expect(early.enabled).toBe(false);
    context.setGlobalContextManager(new AsyncContexts());
    trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
    // An SDK that comes after the cache is found all the same.
    early.detect();
    expect(early.enabled).toBe(true);
    early.close();
  });

  beforeEach(async () => {
    tracing = await open();
    expect(tracing.enabled).toBe(true);
  });

  afterEach(() => {
    tracing.close();
    exporter.reset();
  });

  it('nests what belongs together', async () => {
    const traced = new TracedStore(store, tracing);
    const value = await tracing.span('getOrSet', { tenant: TENANT, resource: 'orders' }, async (span) => {
      await traced.get(TENANT, ID);
      const loaded = await tracing.span('load', { tenant: TENANT, tier: 'l3' }, async () => {
        await trace.getTracer('app').startActiveSpan('query', async (query) => query.end());
        return 7;
      });
      await traced.write(TENANT, ID, BODY, LIMITS);
      span?.tell({ tier: 'l3', outcome: 'miss' });
      return loaded;
    });
    expect(value).toBe(7);
    const root = named('getOrSet');
    expect(root.parentSpanContext).toBeUndefined();
    for (const name of ['l2.read', 'load', 'l2.write']) {
      expect(named(name).parentSpanContext?.spanId).toBe(root.spanContext().spanId);
    }
    const query = exporter.getFinishedSpans().find(({ name }) => name === 'query');
    expect(query?.parentSpanContext?.spanId).toBe(named('load').spanContext().spanId);
    expect(root.attributes).toEqual({
      'tenantcache.resource': 'orders',
      'tenantcache.tier': 'l3',
      'tenantcache.outcome': 'miss',
    });
    expect(named('l2.read').attributes).toMatchObject({ 'tenantcache.outcome': 'miss', 'tenantcache.tier': 'l2' });
    expect(named('l2.write').attributes).toMatchObject({ 'tenantcache.outcome': 'full' });
    expect(root.instrumentationScope).toMatchObject({ name: 'tenantcache', version: '1.2.3' });
    expect(root.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('marks what failed by its code or class, and hands the error on untouched', async () => {
    const coded = fail('STORE_UNAVAILABLE', { given: 'secret-detail' });
    await expect(tracing.span('l2.read', { tenant: TENANT }, () => Promise.reject(coded))).rejects.toBe(coded);
    expect(named('l2.read').status).toEqual({ code: SpanStatusCode.ERROR });
    expect(named('l2.read').attributes).toEqual({ 'error.type': 'STORE_UNAVAILABLE' });
    const foreign = new RangeError('secret-message');
    await expect(tracing.span('load', { tenant: TENANT }, () => Promise.reject(foreign))).rejects.toBe(foreign);
    expect(named('load').attributes).toEqual({ 'error.type': 'RangeError' });
  });

  it('marks what throws before it returns a promise', async () => {
    const run = () => {
      throw new TypeError('no');
    };
    await expect(tracing.span('load', { tenant: TENANT }, run)).rejects.toThrow(TypeError);
    expect(named('load').status.code).toBe(SpanStatusCode.ERROR);
  });

  it('begins a trace of its own for a refresh, linked to the request that caused it', async () => {
    await tracing.span('getOrSet', { tenant: TENANT }, () =>
      tracing.span('refresh', { tenant: TENANT }, async () => {}),
    );
    const refresh = named('refresh');
    expect(refresh.parentSpanContext).toBeUndefined();
    expect(refresh.spanContext().traceId).not.toBe(named('getOrSet').spanContext().traceId);
    expect(refresh.links.map((link) => link.context.spanId)).toEqual([named('getOrSet').spanContext().spanId]);
  });

  it('tells no key, tag or value, and the tenant only where that is wanted', async () => {
    const run = async (to: Tracing) => {
      const traced = new TracedStore(store, to);
      await traced.get(TENANT, ID);
      await traced.getMany(TENANT, [ID]);
      await traced.write(TENANT, ID, BODY, LIMITS);
      await traced.delete(TENANT, ID);
      await traced.invalidate(TENANT, [{ tag: 'secret-tag' }, { resource: 'orders', prefix: 'secret-prefix' }]);
      await traced.clear(TENANT);
      const facts = { tenant: TENANT, key: 'secret-key', value: 'secret-value' };
      const failing = to.span('load', facts, () => Promise.reject(new Error('secret-message')));
      await failing.catch(() => {});
      const spans = exporter.getFinishedSpans();
      const text = JSON.stringify(spans.map((span) => [span.name, span.attributes, span.status, span.events]));
      exporter.reset();
      return { count: spans.length, text };
    };
    const without = await run(tracing);
    expect(without.count).toBe(7);
    expect(without.text).not.toMatch(/secret|acme/);
    const wanted = await open(true);
    const withTenant = await run(wanted);
    wanted.close();
    expect(withTenant.text).not.toMatch(/secret/);
    expect(withTenant.text.match(/"tenantcache.tenant":"acme"/g)).toHaveLength(7);
  });

  it('makes no span once it is closed', async () => {
    tracing.close();
    await tracing.span('load', { tenant: TENANT }, async () => {});
    expect(exporter.getFinishedSpans()).toEqual([]);
  });
});
