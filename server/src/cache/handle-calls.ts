import type { EntryId } from '../core/resource.js';
import { abortable } from './abortable.js';
import type { CacheEngine } from './cache-engine.js';
import type { ResourceArg } from './call-arguments.js';
import { EntryLookup } from './entry-lookup.js';
import { type EntryOptions, type EntryPlan, planEntry, resourceName } from './entry-options.js';
import type { ExplicitWrite } from './explicit-writes.js';
import type { Factory } from './load-context.js';
import type { ReadCall } from './read-call.js';
import { readThrough } from './read-through.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** Makes the calls of one handle out of what its user gives, each with the handle's tenant. */
export class HandleCalls extends EntryLookup {
  /** Whether the quota kept a value out. */
  refused = false;
  readonly #engine: CacheEngine;
  readonly #runtime: TenantRuntime;
  readonly #onRefused = (): void => {
    this.refused = true;
  };

  constructor(engine: CacheEngine, runtime: TenantRuntime) {
    super(engine, runtime);
    this.#engine = engine;
    this.#runtime = runtime;
  }

  /** @throws TenantCacheError `OPTION_INVALID`, `TAG_INVALID` */
  plan(resource: ResourceArg<unknown>, options: EntryOptions | undefined): EntryPlan {
    return this.#engine.plan(planEntry(resource, options, this.#engine.defaults));
  }

  read(resource: ResourceArg<unknown>, id: EntryId, factory: Factory<unknown>): ReadCall {
    return {
      engine: this.#engine,
      runtime: this.#runtime,
      resource: resourceName(resource),
      id,
      factory,
      local: this.stale(id),
      onRefused: this.#onRefused,
    };
  }

  write(resource: ResourceArg<unknown>, key: string, value: unknown, options?: EntryOptions): ExplicitWrite {
    return {
      engine: this.#engine,
      runtime: this.#runtime,
      resource: resourceName(resource),
      id: this.id(resource, key),
      value,
      plan: this.plan(resource, options),
      onRefused: this.#onRefused,
    };
  }

  readThrough(call: ReadCall, plan: EntryPlan): Promise<unknown> {
    const { tracing } = this.#engine;
    const { signal } = plan;
    if (!tracing.enabled) return this.timed(abortable(readThrough(call, plan), signal));
    const facts = { tenant: this.#runtime.tenant, resource: call.resource };
    const read = tracing.span('getOrSet', facts, (span) => readThrough({ ...call, span }, plan));
    return this.timed(abortable(read, signal));
  }

  /** Adds what an answer takes to the tenant's response time. */
  async timed<V>(answer: Promise<V>): Promise<V> {
    const startedMs = performance.now();
    try {
      return await answer;
    } finally {
      this.#runtime.counters.responseTimeMs += performance.now() - startedMs;
      // The tenant may have left during a call that took for ever.
      this.#engine.registry.use(this.#runtime);
    }
  }
}
