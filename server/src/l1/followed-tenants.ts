import type { InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';

interface Followed {
  stands: boolean;
  /** The subscription is being made. */
  underway: Promise<void> | undefined;
  /** Since the last look for idle tenants. */
  used: boolean;
}

/** The tenants whose invalidations this process hears, for as long as it uses them. */
export class FollowedTenants {
  readonly #bus: InvalidationBus;
  /** The subscription stands; what began before may have missed a message. */
  readonly #onStanding: (tenant: TenantId) => void;
  readonly #tenants = new Map<TenantId, Followed>();

  constructor(bus: InvalidationBus, onStanding: (tenant: TenantId) => void) {
    this.#bus = bus;
    this.#onStanding = onStanding;
  }

  stands(tenant: TenantId): boolean {
    return this.#tenants.get(tenant)?.stands ?? false;
  }

  /** What is to be waited for until messages are heard; undefined where they are, or cannot be at present. */
  use(tenant: TenantId): Promise<void> | undefined {
    let followed = this.#tenants.get(tenant);
    if (followed?.stands) {
      followed.used = true;
      return undefined;
    }
    if (followed?.underway) return followed.underway;
    if (this.#bus.state(tenant) !== 'up') return undefined;
    if (followed === undefined) {
      followed = { stands: false, underway: undefined, used: true };
      this.#tenants.set(tenant, followed);
    }
    followed.used = true;
    followed.underway = this.#follow(tenant, followed);
    return followed.underway;
  }

  /** Gives up those that nobody used since the last call and that `busy` does not name. */
  dropIdle(busy: (tenant: TenantId) => boolean): TenantId[] {
    const idle: TenantId[] = [];
    for (const [tenant, followed] of this.#tenants) {
      if (followed.used || followed.underway || busy(tenant)) followed.used = false;
      else idle.push(tenant);
    }
    for (const tenant of idle) {
      this.#tenants.delete(tenant);
      this.#bus.unfollow(tenant);
    }
    return idle;
  }

  async #follow(tenant: TenantId, followed: Followed): Promise<void> {
    try {
      await this.#bus.follow(tenant);
      followed.stands = true;
      this.#onStanding(tenant);
    } catch {
      // The bus reports its own state; the next use tries again.
    } finally {
      followed.underway = undefined;
    }
  }
}
