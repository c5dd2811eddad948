import type { BrowseOptions, EntryPage, ListedEntry } from '../core/entries.js';
import { fail } from '../core/errors.js';
import { type EntryId, namesOf } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** Entries that one call of Redis looks at: 0.9 ms where two busy cores are shared, about 7 us each (measured). */
const LOOK = 128;
/** Calls for one page: where what is asked for is rare, the next page goes on from there. */
const MAX_STEPS = 32;
const FIELDS_PER_ENTRY = 5;
const CURSOR = /^[0-9a-f]{1,64} (\d{1,20})$/;
const MAX_POSITION = 2n ** 64n - 1n;

/** Walks a tenant's index of deadlines by ZSCAN, which misses nothing that is there from the first step to the last. */
export class EntryBrowser {
  readonly #topology: RedisTopology;

  constructor(topology: RedisTopology) {
    this.#topology = topology;
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE`, `REQUEST_INVALID` for a cursor that is none */
  async browse(
    tenant: TenantId,
    { resource = '', prefix = '', cursor = '', count }: BrowseOptions,
  ): Promise<EntryPage> {
    assertCursor(cursor);
    const items: ListedEntry[] = [];
    let [at, looked, unnamed, asOfMs] = [cursor, 0, 0, 0];
    for (let step = 0; step < MAX_STEPS; step++) {
      const args = [at, resource, prefix, LOOK];
      const reply = (await this.#topology.script(
        this.#topology.laneOf(tenant),
        (scripts) => scripts.run('browse', [metaKey('state', tenant)], args),
        'ask',
      )) as readonly (number | string)[];
      const [next, nowMs, lookedAt, hashed] = reply as [string, number, number, number];
      asOfMs = nowMs;
      looked += lookedAt;
      unnamed += hashed;
      for (let first = 4; first < reply.length; first += FIELDS_PER_ENTRY) items.push(listed(reply, first));
      at = next;
      if (at === '' || items.length >= count) break;
    }
    return { items, unnamed, looked, next: at === '' ? undefined : at, asOfMs };
  }
}

function listed(reply: readonly (number | string)[], first: number): ListedEntry {
  const [resource, key] = namesOf(reply[first] as EntryId);
  const [sizeBytes, createdAtMs, ttlMs, graceMs] = reply.slice(first + 1, first + FIELDS_PER_ENTRY) as FourIntegers;
  const freshUntilMs = createdAtMs + ttlMs;
  return { resource, key, sizeBytes, createdAtMs, freshUntilMs, expiresAtMs: freshUntilMs + graceMs };
}

type FourIntegers = [number, number, number, number];

function assertCursor(cursor: string): void {
  if (cursor === '') return;
  const position = CURSOR.exec(cursor)?.[1];
  if (position !== undefined && BigInt(position) <= MAX_POSITION) return;
  throw fail('REQUEST_INVALID', { given: 'a cursor of another kind', allowed: 'the `next` of the page before' });
}
