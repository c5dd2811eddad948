import type { TenantId } from '../core/tenant-id.js';
import type { CacheEngine } from './cache-engine.js';
import type { Convergence } from './convergence.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** A tenant that was not used for so long is not listened to any more; nothing of it is alive in L1 by then. */
const DROP_IDLE_EVERY_MS = 60_000;

export interface SweeperOptions {
  engine: CacheEngine;
  convergence: Convergence;
  /** Gives memory of expired L1 entries back. */
  purge: () => void;
  /** Stops listening to tenants that were not used since the last call. */
  dropIdle: () => void;
  intervalMs: number;
}

/**
 * Visits tenants without waiting for their requests: expired bytes come back, a lowered quota converges, invalidations
 * that found the store away are sent, expired L1 entries give their memory back.
 */
export class Sweeper {
  readonly #options: SweeperOptions;
  readonly #engine: CacheEngine;
  #idleSinceMs = performance.now();
  #timer: NodeJS.Timeout | undefined;
  #running = false;
  /** Requests as of the last visit: a tenant without entries is due while it is asked for, as others may write. */
  readonly #seen = new WeakMap<TenantRuntime, number>();

  constructor(options: SweeperOptions) {
    this.#options = options;
    this.#engine = options.engine;
  }

  start(): void {
    this.#timer = setInterval(() => void this.sweep(), this.#options.intervalMs);
    this.#timer.unref();
  }

  close(): void {
    clearInterval(this.#timer);
    this.#options.convergence.close();
  }

  /** Brings a tenant to its limit now, also one that no process has open; never rejects. */
  async converge(tenant: TenantId): Promise<void> {
    const { registry } = this.#engine;
    // A suspended tenant is not opened, and holds bytes all the same.
    const runtime = await registry.open(tenant).catch(() => registry.peek(tenant));
    if (runtime) await this.#options.convergence.visit([runtime]);
  }

  async sweep(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      this.#options.purge();
      if (performance.now() - this.#idleSinceMs > DROP_IDLE_EVERY_MS) {
        this.#idleSinceMs = performance.now();
        this.#options.dropIdle();
      }
      await this.#engine.shared.recheck();
      await this.#engine.shared.sendPending();
    } finally {
      this.#running = false;
    }
    // Not held up by tenants far over their limits: what they have left is added to the visits under way.
    const due = [...this.#engine.registry.all()].filter((runtime) => this.#isDue(runtime));
    await this.#options.convergence.visit(due);
  }

  #isDue(runtime: TenantRuntime): boolean {
    const { entries, requests } = runtime.counters;
    const seen = this.#seen.get(runtime);
    this.#seen.set(runtime, requests);
    return entries > 0 || requests !== seen;
  }
}
