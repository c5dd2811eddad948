import { entryId } from '../core/resource.js';
import { covers, type Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import type { PermissionSnapshot } from './permission-snapshot.js';

/** Of all tenants together; who was read longest ago goes first. */
const MAX_KNOWN = 20_000;
/** Of one user: a hit in L1 costs less than keeping its time. */
const PUT_EVERY_MS = 100;

export interface KnownSet {
  readonly snapshot: PermissionSnapshot;
  /** By `performance.now()`: what is true now was true then. */
  readonly readAtMs: number;
}

interface Place {
  readonly tenant: TenantId;
  readonly userId: string;
}

/** The sets that this process read last, for when nothing better can be had. What it heard to be revoked is not there. */
export class KnownSets {
  readonly #resource: string;
  readonly #keptMs: number;
  readonly #tenants = new Map<TenantId, Map<string, { known: KnownSet; place: Place }>>();
  /** In the order in which they were read. */
  readonly #order = new Set<Place>();

  constructor(resource: string, keptMs: number) {
    this.#resource = resource;
    this.#keptMs = keptMs;
  }

  get(tenant: TenantId, userId: string): KnownSet | undefined {
    return this.#tenants.get(tenant)?.get(userId)?.known;
  }

  /** Unless a later one is known, or the same was put a moment ago. */
  put(tenant: TenantId, userId: string, known: KnownSet): void {
    let users = this.#tenants.get(tenant);
    if (users === undefined) {
      users = new Map();
      this.#tenants.set(tenant, users);
    }
    const before = users.get(userId);
    const latestMs = before === undefined ? Number.NEGATIVE_INFINITY : before.known.readAtMs;
    if (latestMs > known.readAtMs) return;
    if (before?.known.snapshot === known.snapshot && latestMs > known.readAtMs - PUT_EVERY_MS) return;
    if (before) this.#order.delete(before.place);
    const place = { tenant, userId };
    users.set(userId, { known, place });
    this.#order.add(place);
    this.#tidy();
  }

  /** All of the tenant where no scopes are given. */
  revoke(tenant: TenantId, scopes?: readonly Scope[]): void {
    for (const [userId, { known, place }] of this.#tenants.get(tenant) ?? []) {
      const id = entryId(this.#resource, userId);
      if (scopes === undefined || scopes.some((scope) => covers(scope, id, known.snapshot.tags))) this.#forget(place);
    }
  }

  /** Everything of these tenants, or of all. */
  forget(tenants: readonly TenantId[] = [...this.#tenants.keys()]): void {
    for (const tenant of tenants) this.revoke(tenant);
  }

  #tidy(): void {
    const fromMs = performance.now() - this.#keptMs;
    for (const place of this.#order) {
      const known = this.get(place.tenant, place.userId);
      if (this.#order.size <= MAX_KNOWN && known && known.readAtMs >= fromMs) return;
      this.#forget(place);
    }
  }

  #forget(place: Place): void {
    this.#order.delete(place);
    const users = this.#tenants.get(place.tenant);
    users?.delete(place.userId);
    if (users?.size === 0) this.#tenants.delete(place.tenant);
  }
}
