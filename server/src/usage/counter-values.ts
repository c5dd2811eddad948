import {
  COUNTER_NAMES,
  type CounterValues,
  RESOURCE_COUNTER_NAMES,
  type ResourceCounterValues,
  type TenantCounters,
} from '../core/counters.js';

const ZERO = Object.freeze(Object.fromEntries(COUNTER_NAMES.map((name) => [name, 0])) as CounterValues);
const RESOURCE_ZERO = Object.freeze(
  Object.fromEntries(RESOURCE_COUNTER_NAMES.map((name) => [name, 0])) as ResourceCounterValues,
);

/** Counters as they stood at the start of a day or a bucket, zero to begin with; taken over and over into the same objects. */
export class CounterBase {
  /** Most tenants leave before they need one. */
  #values: CounterValues = ZERO;
  #resources: Map<string, ResourceCounterValues> | undefined;

  take(counters: TenantCounters): void {
    if (this.#values === ZERO) this.#values = { ...ZERO };
    for (const name of COUNTER_NAMES) this.#values[name] = counters[name];
  }

  takeResources({ resources }: TenantCounters): void {
    this.#resources ??= new Map();
    for (const [resource, counters] of resources) {
      const values = this.#resources.get(resource) ?? { ...RESOURCE_ZERO };
      for (const name of RESOURCE_COUNTER_NAMES) values[name] = counters[name];
      this.#resources.set(resource, values);
    }
  }

  /** What was counted since. */
  since(counters: TenantCounters): CounterValues {
    const values = { ...ZERO };
    for (const name of COUNTER_NAMES) values[name] = counters[name] - this.#values[name];
    return values;
  }

  /** The same by resource; those of which nothing was counted are left out. */
  resourcesSince({ resources }: TenantCounters): Record<string, ResourceCounterValues> {
    const parts: Record<string, ResourceCounterValues> = {};
    for (const [resource, counters] of resources) {
      const base = this.#resources?.get(resource) ?? RESOURCE_ZERO;
      const values = { ...RESOURCE_ZERO };
      let counted = false;
      for (const name of RESOURCE_COUNTER_NAMES) {
        values[name] = counters[name] - base[name];
        counted ||= values[name] !== 0;
      }
      if (counted) parts[resource] = values;
    }
    return parts;
  }
}
