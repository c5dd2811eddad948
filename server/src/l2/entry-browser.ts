import type { BrowseOptions, EntryPage, ListedEntry } from '../core/entries.js';
import { type EntryId, namesOf } from '../core/resource.js';
import type { TenantId } from '../core/tenant-id.js';
import { cursorText, digestOf, type EntryCursor, entryCursor } from './entry-cursor.js';
import { metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** Entries that one call of Redis looks at: 0.9 ms where two busy cores are shared, about 7 us each (measured). */
const LOOK = 128;
/** Calls for one page: where what is asked for is rare, the next page goes on from there. */
const MAX_STEPS = 32;
const FIELDS_PER_ENTRY = 5;
/** A page that is as full as this is given, rather than to look for the few that are missing by smaller and smaller steps. */
const FULL_ENOUGH = 7 / 8;
/** Of what a step is expected to find, so that most of them fit. */
const FITTING = 0.9;

interface Found {
  readonly member: string;
  readonly entry: ListedEntry;
}
interface Step {
  readonly found: readonly Found[];
  readonly next: string;
  readonly looked: number;
  readonly unnamed: number;
  readonly nowMs: number;
}

/**
 * Walks a tenant's index of deadlines by ZSCAN, which misses nothing that is there from the first step to the last. A step
 * may hold more than a page has room for, and where it is made again it need not be the same. So a step that is too large
 * is left to the next page, or made smaller, and cut only
 * - where it was the whole index, which Redis keeps as a list while it is short: in the order of the members, as whatever
 *   stands before the cut was given then, or is younger than the walk;
 * - where it is the smallest that there is, one place of a table, and members share it: what is given is in the cursor.
 */
export class EntryBrowser {
  readonly #topology: RedisTopology;

  constructor(topology: RedisTopology) {
    this.#topology = topology;
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE`, `REQUEST_INVALID` for a cursor that is none */
  async browse(tenant: TenantId, { cursor = '', count, ...filter }: BrowseOptions): Promise<EntryPage> {
    const items: ListedEntry[] = [];
    let look = filter.resource === undefined ? Math.min(LOOK, count) : LOOK;
    let [looked, unnamed, asOfMs] = [0, 0, 0];
    let from: EntryCursor | undefined = entryCursor(cursor);
    for (let steps = 0; steps < MAX_STEPS && from !== undefined && items.length < count * FULL_ENOUGH; steps++) {
      const begun: EntryCursor = from;
      const step = await this.#step(tenant, begun.at, filter, look);
      asOfMs = step.nowMs;
      looked += step.looked;
      const room = count - items.length;
      const rest = step.found.filter(({ member }) => !isGiven(begun, member));
      if (rest.length <= room) {
        items.push(...rest.map(({ entry }) => entry));
        unnamed += step.unnamed;
        from = step.next === '' ? undefined : { at: step.next };
        look = fitting(look, rest.length, count - items.length);
        continue;
      }
      const isWhole = begun.at === '' && step.next === '';
      if (!isWhole && look > 1) {
        look = fitting(look, rest.length, room);
        continue;
      }
      if (!isWhole && items.length > 0) break;
      const cut = rest.toSorted((a, b) => (a.member < b.member ? -1 : 1)).slice(0, room);
      items.push(...cut.map(({ entry }) => entry));
      from = isWhole ? { at: '', after: cut.at(-1)?.member } : withGiven(begun, cut);
    }
    return { items, unnamed, looked, next: from === undefined ? undefined : cursorText(from), asOfMs };
  }

  async #step(tenant: TenantId, at: string, filter: Omit<BrowseOptions, 'count'>, look: number): Promise<Step> {
    const { resource = '', prefix = '' } = filter;
    const reply = (await this.#topology.script(
      this.#topology.laneOf(tenant),
      (scripts) => scripts.run('browse', [metaKey('state', tenant)], [at, resource, prefix, look]),
      'ask',
    )) as readonly (number | string)[];
    const [next, nowMs, looked, unnamed] = reply as [string, number, number, number];
    const found: Found[] = [];
    for (let first = 4; first < reply.length; first += FIELDS_PER_ENTRY) {
      found.push({ member: reply[first] as string, entry: listed(reply, first) });
    }
    return { found, next, looked, unnamed, nowMs };
  }
}

/** How many to look at, so that there is room for what is found of them, if it is as many as by `look`. */
function fitting(look: number, found: number, room: number): number {
  if (found === 0) return LOOK;
  return Math.max(1, Math.min(LOOK, Math.floor((look / found) * room * FITTING)));
}

function isGiven({ after, given }: EntryCursor, member: string): boolean {
  return (after !== undefined && member <= after) || (given?.has(digestOf(member)) ?? false);
}

function withGiven({ at, given = new Set() }: EntryCursor, cut: readonly Found[]): EntryCursor {
  return { at, given: new Set([...given, ...cut.map(({ member }) => digestOf(member))]) };
}

function listed(reply: readonly (number | string)[], first: number): ListedEntry {
  const [resource, key] = namesOf(reply[first] as EntryId);
  const [sizeBytes, createdAtMs, ttlMs, graceMs] = reply.slice(first + 1, first + FIELDS_PER_ENTRY) as FourIntegers;
  const freshUntilMs = createdAtMs + ttlMs;
  return { resource, key, sizeBytes, createdAtMs, freshUntilMs, expiresAtMs: freshUntilMs + graceMs };
}

type FourIntegers = [number, number, number, number];
