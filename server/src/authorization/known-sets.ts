import type { Scope } from '../core/scope.js';
import type { TenantId } from '../core/tenant-id.js';
import type { PermissionSnapshot } from './permission-snapshot.js';
import { TagIndex } from './tag-index.js';

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

/** Of one tenant. */
interface TenantSets {
  readonly users: Map<string, { readonly known: KnownSet; readonly place: Place }>;
  readonly byTag: TagIndex;
}

/** The sets that this process read last, for when nothing better can be had. What it heard to be revoked is not there. */
export class KnownSets {
  readonly #resource: string;
  readonly #keptMs: number;
  readonly #tenants = new Map<TenantId, TenantSets>();
  /** In the order in which they were read. */
  readonly #order = new Set<Place>();

  constructor(resource: string, keptMs: number) {
    this.#resource = resource;
    this.#keptMs = keptMs;
  }

  get(tenant: TenantId, userId: string): KnownSet | undefined {
    return this.#tenants.get(tenant)?.users.get(userId)?.known;
  }

  /** Unless a later one is known, or the same was put a moment ago. */
  put(tenant: TenantId, userId: string, known: KnownSet): void {
    const before = this.#tenants.get(tenant)?.users.get(userId);
    const latestMs = before === undefined ? Number.NEGATIVE_INFINITY : before.known.readAtMs;
    if (latestMs > known.readAtMs) return;
    const isSame = before?.known.snapshot === known.snapshot;
    if (isSame && latestMs > known.readAtMs - PUT_EVERY_MS) return;
    if (before && isSame) this.#order.delete(before.place);
    else if (before) this.#forget(before.place);
    const { users, byTag } = this.#of(tenant);
    const place = { tenant, userId };
    users.set(userId, { known, place });
    this.#order.add(place);
    if (!isSame) byTag.add(userId, known.snapshot.tags);
    this.#tidy();
  }

  /** All of the tenant where no scopes are given. A tag costs what it takes away, however many are known. */
  revoke(tenant: TenantId, scopes?: readonly Scope[]): void {
    const sets = this.#tenants.get(tenant);
    if (sets === undefined) return;
    for (const userId of scopes === undefined ? sets.users.keys() : this.#covered(sets, scopes)) {
      this.#forget({ tenant, userId });
    }
  }

  /** Everything of these tenants, or of all. */
  forget(tenants: readonly TenantId[] = [...this.#tenants.keys()]): void {
    for (const tenant of tenants) this.revoke(tenant);
  }

  *#covered({ users, byTag }: TenantSets, scopes: readonly Scope[]): Iterable<string> {
    for (const scope of scopes) {
      if ('tag' in scope) yield* byTag.with(scope.tag);
      else if (scope.resource !== this.#resource) continue;
      // Rare: the whole resource, or part of it by an application's own hand.
      else for (const userId of users.keys()) if (userId.startsWith(scope.prefix)) yield userId;
    }
  }

  #of(tenant: TenantId): TenantSets {
    let sets = this.#tenants.get(tenant);
    if (sets === undefined) {
      sets = { users: new Map(), byTag: new TagIndex() };
      this.#tenants.set(tenant, sets);
    }
    return sets;
  }

  #tidy(): void {
    const fromMs = performance.now() - this.#keptMs;
    for (const place of this.#order) {
      const known = this.get(place.tenant, place.userId);
      if (this.#order.size <= MAX_KNOWN && known && known.readAtMs >= fromMs) return;
      this.#forget(place);
    }
  }

  #forget({ tenant, userId }: Place): void {
    const sets = this.#tenants.get(tenant);
    const held = sets?.users.get(userId);
    if (sets === undefined || held === undefined) return;
    this.#order.delete(held.place);
    sets.users.delete(userId);
    sets.byTag.remove(userId, held.known.snapshot.tags);
    if (sets.users.size === 0) this.#tenants.delete(tenant);
  }
}
