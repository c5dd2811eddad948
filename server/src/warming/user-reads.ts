import { LRUCache } from 'lru-cache';
import { tenantId } from '../core/tenant-id.js';

export interface UserRead {
  /** A group and a kind of a dataset, or a resource and a key of the tenant. */
  readonly name: readonly [string, string];
  readonly reads: number;
  readonly lastReadMs: number;
}

const MAX_USERS = 10_000;
const MAX_NAMES = 100;

type Reads = LRUCache<string, { name: readonly [string, string]; reads: number; lastReadMs: number }>;

/**
 * What each user of a tenant read, in the memory of this process: of 10,000 users that came last the 100 names that they
 * read last. The application notes what it wants to be warmed for the others of a team.
 */
export class UserReads {
  readonly #users = new LRUCache<string, Reads>({ max: MAX_USERS });
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** @throws TenantCacheError `TENANT_INVALID` */
  note(tenant: string, user: string, first: string, second: string): void {
    const whose = idOf(tenant, user);
    let reads = this.#users.get(whose);
    if (reads === undefined) {
      reads = new LRUCache({ max: MAX_NAMES });
      this.#users.set(whose, reads);
    }
    const what = JSON.stringify([first, second]);
    const read = reads.get(what) ?? { name: [first, second] as const, reads: 0, lastReadMs: 0 };
    reads.set(what, { ...read, reads: read.reads + 1, lastReadMs: this.#now() });
  }

  of(tenant: string, user: string): readonly UserRead[] {
    return [...(this.#users.get(idOf(tenant, user))?.values() ?? [])];
  }
}

/** No tenant's id has a space in it, so no user's name can make it another's. */
function idOf(tenant: string, user: string): string {
  return `${tenantId(tenant)} ${user}`;
}
