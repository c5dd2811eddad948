import { setImmediate } from 'node:timers/promises';
import type { TenantId } from '../core/tenant-id.js';
import type { TenantRegistry } from './tenant-registry.js';
import type { TenantRuntime } from './tenant-runtime.js';

/** What a tenant costs while it is here is little, and so is to open it again. */
const LEAVES_AFTER_MS = 600_000;
/** Between two turns of the event loop: about a millisecond. */
const TENANTS_PER_TURN = 1_000;

export interface IdleTenantsOptions {
  registry: Pick<TenantRegistry, 'counted' | 'leave'>;
  /** Whether all that was counted of the tenant outlives the process. */
  safe: (runtime: TenantRuntime) => boolean;
  /** Gives the tenant's part of L1 back. */
  release: (tenant: TenantId) => void;
  /** Default 10 minutes. */
  leavesAfterMs?: number;
  now?: () => number;
}

/** Lets tenants leave that nobody asked for in ten minutes, so that a process holds those that it serves and no others. */
export class IdleTenants {
  readonly #options: IdleTenantsOptions;
  #passing: Promise<number> | undefined;

  constructor(options: IdleTenantsOptions) {
    this.#options = options;
  }

  /** Looks at every tenant; resolves to how many left. A pass at least once a minute keeps the time. */
  pass(): Promise<number> {
    this.#passing ??= this.#pass().finally(() => {
      this.#passing = undefined;
    });
    return this.#passing;
  }

  async #pass(): Promise<number> {
    const { registry, release } = this.#options;
    let left = 0;
    let looked = 0;
    for (const runtime of registry.counted()) {
      if (this.#mayLeave(runtime)) {
        registry.leave(runtime);
        release(runtime.tenant);
        left++;
      }
      if (++looked % TENANTS_PER_TURN === 0) await setImmediate();
    }
    return left;
  }

  /** A call that began before the time has ended or is among what is under way. */
  #mayLeave(runtime: TenantRuntime): boolean {
    const { safe, leavesAfterMs = LEAVES_AFTER_MS, now = Date.now } = this.#options;
    const nowMs = now();
    if (runtime.used || runtime.busy) {
      runtime.used = false;
      runtime.idleSinceMs = nowMs;
      return false;
    }
    runtime.idleSinceMs ??= nowMs;
    return nowMs - runtime.idleSinceMs >= leavesAfterMs && safe(runtime);
  }
}
