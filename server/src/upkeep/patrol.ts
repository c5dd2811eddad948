import { setTimeout as delay } from 'node:timers/promises';
import type { TenantId } from '../core/tenant-id.js';
import type { StoreUpkeep } from '../core/upkeep.js';

const SIDE_BY_SIDE = 16;
const TENANTS_PER_PAGE = 256;
const REST_SLICE_MS = 100;
/** Of one tenant in one round; what is left then is for the next round. */
const MAX_VISITS = 32;

/** What a visit left of a tenant. */
export interface Visited {
  readonly entries: number;
  /** Something is left to settle. */
  readonly more: boolean;
}

export interface PatrolOptions {
  upkeep: Pick<StoreUpkeep, 'roll' | 'strike'>;
  /** Settles a tenant in bounded rounds. */
  visit: (tenant: TenantId) => Promise<Visited>;
  /** Hears of each tenant on the roll, once a round. */
  onTenant: (tenant: TenantId) => void;
  maxTenantsPerSecond: number;
  /** False ends a round early. */
  goOn: () => boolean;
}

/** Visits every tenant that may hold bytes, so that those of a tenant that no process has open come back as well. */
export class Patrol {
  readonly #options: PatrolOptions;

  constructor(options: PatrolOptions) {
    this.#options = options;
  }

  /** One round over the roll. Returns how many tenants were visited. Rejects where the roll cannot be read. */
  async round(): Promise<number> {
    const { upkeep, goOn } = this.#options;
    const seen = new Set<TenantId>();
    let after: string | undefined;
    do {
      const page = await upkeep.roll(after, TENANTS_PER_PAGE);
      const fresh = page.tenants.filter((tenant) => !seen.has(tenant));
      for (const tenant of fresh) seen.add(tenant);
      await this.#visitAll(fresh);
      after = page.next;
    } while (after !== undefined && goOn());
    return seen.size;
  }

  async #visitAll(tenants: readonly TenantId[]): Promise<void> {
    const { goOn, onTenant, maxTenantsPerSecond } = this.#options;
    let turn = tenants.map((tenant) => ({ tenant, visits: 0 }));
    for (const tenant of tenants) onTenant(tenant);
    while (turn.length > 0 && goOn()) {
      const batch = turn.slice(0, SIDE_BY_SIDE);
      const rest = turn.slice(SIDE_BY_SIDE);
      const startedMs = performance.now();
      const left = await Promise.all(batch.map(async (due) => ((await this.#visit(due.tenant)) ? due : undefined)));
      const again = left.filter((due) => due !== undefined && ++due.visits < MAX_VISITS) as typeof turn;
      turn = [...rest, ...again];
      const dueMs = (batch.length * 1_000) / maxTenantsPerSecond;
      const restMs = dueMs - (performance.now() - startedMs);
      if (turn.length > 0) await this.#rest(restMs);
    }
  }

  /** In slices, so that a process that is to end does not wait for it. */
  async #rest(restMs: number): Promise<void> {
    const endMs = performance.now() + restMs;
    for (let left = restMs; left > 0 && this.#options.goOn(); left = endMs - performance.now()) {
      await delay(Math.min(left, REST_SLICE_MS));
    }
  }

  /** Whether something is left to settle. */
  async #visit(tenant: TenantId): Promise<boolean> {
    try {
      const { entries, more } = await this.#options.visit(tenant);
      if (entries === 0 && !more) await this.#options.upkeep.strike(tenant);
      return more;
    } catch {
      // One tenant's server may be away; the next round comes by again.
      return false;
    }
  }
}
