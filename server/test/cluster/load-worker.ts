import { setTimeout as delay } from 'node:timers/promises';
import { createTenantCache, type TenantCache } from '../../src/index.js';

/** One process that uses many tenants of a Cluster at once, all the time. */
export interface LoadArgument {
  readonly urls: readonly string[];
  readonly tenants: readonly string[];
}

/** `stored`: answers once a write of each of the tenants was stored after this order. `pause`: once no call is under way. */
export type LoadOrder =
  | { readonly type: 'stored'; readonly tenants: readonly string[] }
  | { readonly type: 'pause' | 'resume' };

/** Of one tenant, since the last pause. */
export interface TenantLoad {
  readonly calls: number;
  /** What callers were thrown, by code or message. */
  readonly errors: readonly string[];
  /** Writes that the shared store did not take. */
  readonly unstored: number;
  /** The longest time between two writes that it took, in ms. */
  readonly gapMs: number;
}

export type LoadMessage =
  | { readonly type: 'ready' | 'stored' | 'resumed' }
  | {
      readonly type: 'paused';
      readonly tenants: Readonly<Record<string, TenantLoad>>;
      readonly warnings: readonly string[];
    };

const KEYS = 40;
const TAGS = 5;
/** Two thirds of what the keys come to, so that writes evict. */
const QUOTA_BYTES = 30_000;

const { urls, tenants } = JSON.parse(process.argv[2] ?? '') as LoadArgument;
const say = (message: LoadMessage) => process.send?.(message);
const warnings: string[] = [];
const warn = (_fields: object, message: string) => void warnings.push(message);
const cache = createTenantCache({
  redis: { cluster: urls },
  tenants: { default: { quotaBytes: QUOTA_BYTES } },
  // The machine is shared: a call that waits long is no fault of the store's.
  redisTimeout: '5s',
  // Each call is to reach Redis.
  l1: false,
  breaker: { halfOpenAfter: '100ms' },
  compression: false,
  logger: { debug() {}, info() {}, warn, error: warn },
});

class Load {
  readonly #handle: TenantCache;
  #calls = 0;
  #errors: string[] = [];
  #unstored = 0;
  #storedAtMs = performance.now();
  #gapMs = 0;
  #paused = true;
  #running: Promise<void> = Promise.resolve();
  #onStored: (() => void)[] = [];

  constructor(tenant: string) {
    this.#handle = cache.forTenant(tenant);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#calls = 0;
    this.#errors = [];
    this.#unstored = 0;
    this.#gapMs = 0;
    this.#storedAtMs = performance.now();
    this.#running = this.#run();
  }

  async pause(): Promise<TenantLoad> {
    this.#paused = true;
    await this.#running;
    return { calls: this.#calls, errors: this.#errors, unstored: this.#unstored, gapMs: this.#gapMs };
  }

  stored(): Promise<void> {
    return new Promise((resolve) => {
      this.#onStored.push(resolve);
    });
  }

  async #run(): Promise<void> {
    while (!this.#paused) {
      this.#calls++;
      try {
        await this.#step(Math.random(), `k${Math.floor(Math.random() * KEYS)}`, `t${Math.floor(Math.random() * TAGS)}`);
      } catch (error) {
        const { code, message } = error as { code?: string; message: string };
        this.#errors.push(code ?? message);
      }
      await delay(1);
    }
  }

  async #step(draw: number, key: string, tag: string): Promise<void> {
    const handle = this.#handle;
    const value = 'v'.repeat(Math.floor(draw * 1_500));
    if (draw < 0.5) {
      // Counted when the call began: only a write that was asked for afterwards says that writes are taken again.
      const waiting = this.#onStored;
      this.#onStored = [];
      const { stored } = await handle.set('load', key, value, { tags: draw < 0.25 ? [tag] : [] });
      if (!stored) {
        this.#unstored++;
        this.#onStored.push(...waiting);
        return;
      }
      const nowMs = performance.now();
      this.#gapMs = Math.max(this.#gapMs, nowMs - this.#storedAtMs);
      this.#storedAtMs = nowMs;
      for (const resolve of waiting) resolve();
    } else if (draw < 0.75) await handle.getMany('load', [key, `${key}0`, 'k1']);
    else if (draw < 0.9) await handle.getOrSet('load', key, () => value);
    else if (draw < 0.97) await handle.delete('load', key);
    else if (draw < 0.995) await handle.invalidateTags([tag]);
    else await handle.clear();
  }
}

const loads = new Map(tenants.map((tenant) => [tenant, new Load(tenant)]));

// The test is gone.
process.on('disconnect', () => process.exit());
process.on('message', async (order: LoadOrder) => {
  if (order.type === 'resume') {
    for (const load of loads.values()) load.resume();
    say({ type: 'resumed' });
  } else if (order.type === 'stored') {
    await Promise.all(order.tenants.map((tenant) => loads.get(tenant)?.stored()));
    say({ type: 'stored' });
  } else {
    const paused = [...loads].map(async ([tenant, load]) => [tenant, await load.pause()] as const);
    say({ type: 'paused', tenants: Object.fromEntries(await Promise.all(paused)), warnings: warnings.splice(0) });
  }
});

void cache.ready().then(() => say({ type: 'ready' }));
