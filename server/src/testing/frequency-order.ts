import type { EvictionPolicy } from '../core/quota.js';
import type { EntryId } from '../core/resource.js';
import { LazyHeap, type Leaving } from './lazy-heap.js';

export type FrequencyPolicy = 'lfu' | 'hybrid';

/** Parts of a half-life that a score tells apart. */
const QUANTA = 2 ** 16;
/** Accesses per entry in which a count loses half its weight; measured, docs/adr/0007-eviction-policies-in-redis.md. */
const ACCESSES_PER_HALF_LIFE: Readonly<Record<FrequencyPolicy, number>> = { lfu: 4, hybrid: 1 };
/** A tenant with fewer entries forgets no faster than one with so many. */
const FEWEST_ENTRIES = 64;
/** The virtual time at which an index begins, in half-lives: what was there before is dated back from it. */
const BEGINNING = 64;
const PRIORITIES = 4;

interface Ranked extends Leaving {
  readonly id: EntryId;
  readonly rank: number;
}

export function countsAccesses(policy: EvictionPolicy): policy is FrequencyPolicy {
  return policy === 'lfu' || policy === 'hybrid';
}

/**
 * Entries by how often they were used, an access weighing half as much for every half-life that it lies back (LRFU; Lee
 * et al., IEEE Transactions on Computers 2001; forward decay, Cormode et al., ICDE 2009). Time is virtual and moves with
 * accesses. The same arithmetic as in `frequency.lua`: basic operations on whole numbers, equal to the bit everywhere.
 */
export class FrequencyOrder {
  readonly #ranked = new Map<EntryId, Ranked>();
  readonly #heap = new LazyHeap<Ranked>((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : Number(a.id > b.id)));
  /** What has no rank yet, least recently used first. */
  #unranked: EntryId[];
  #time = BEGINNING;
  #past = BEGINNING;

  constructor(
    leastRecentFirst: Iterable<EntryId>,
    public policy: FrequencyPolicy,
  ) {
    this.#unranked = [...leastRecentFirst];
  }

  rankOf(id: EntryId): number | undefined {
    return this.#ranked.get(id)?.rank;
  }

  /** @param rank that it had, with which its priority stays where none is given */
  access(id: EntryId, rank: number | undefined, entries: number, priority?: number): void {
    this.#time += 1 / (Math.max(entries, FEWEST_ENTRIES) * ACCESSES_PER_HALF_LIFE[this.policy]);
    const score = rank === undefined ? undefined : scoreOf(rank);
    const kept = rank === undefined ? 0 : rank % PRIORITIES;
    this.#set(id, rankFor(counted(score, this.#time, 1), this.policy === 'hybrid' ? (priority ?? kept) : 0));
  }

  forget(id: EntryId): void {
    const ranked = this.#ranked.get(id);
    if (!ranked) return;
    ranked.live = false;
    this.#ranked.delete(id);
  }

  /** Ranks at most `bound` of what was there before as used once each, the most recent first. */
  build(bound: number, entries: ReadonlyMap<EntryId, unknown>): void {
    for (let built = 0; built < bound && this.#unranked.length > 0; ) {
      const id = this.#unranked.pop() as EntryId;
      if (!entries.has(id) || this.#ranked.has(id)) continue;
      const step = 1 / (Math.max(entries.size, FEWEST_ENTRIES) * ACCESSES_PER_HALF_LIFE[this.policy]);
      this.#past = Math.max(0, this.#past - step);
      this.#set(id, rankFor(counted(undefined, this.#past, 1), 0));
      built++;
    }
  }

  /** The lowest rank first. */
  *walk(): Generator<EntryId> {
    for (const { id } of this.#heap.walk()) yield id;
  }

  #set(id: EntryId, rank: number): void {
    this.forget(id);
    const ranked = { id, rank, live: true };
    this.#ranked.set(id, ranked);
    this.#heap.push(ranked, this.#ranked.size);
  }
}

/** A priority stands for so many doublings; it is kept beside them, so that a touch need not ask for it. */
function rankFor(score: number, priority: number): number {
  return (score + priority * QUANTA) * PRIORITIES + priority;
}

function scoreOf(rank: number): number {
  return Math.floor(rank / PRIORITIES) - (rank % PRIORITIES) * QUANTA;
}

/**
 * A weight of (1 + f) * 2^e is kept as e + f, in quanta: its logarithm, made of straight lines, which needs no logarithm
 * to add to. An access at time t weighs what t reads as.
 * @returns the score after so many accesses at `time`
 */
export function counted(score: number | undefined, time: number, accesses: number): number {
  const now = Math.floor(time * QUANTA);
  let exponent = Math.floor(now / QUANTA);
  let mantissa = (QUANTA + (now % QUANTA)) * accesses;
  while (mantissa >= 2 * QUANTA) {
    mantissa = Math.floor(mantissa / 2);
    exponent++;
  }
  const added = exponent * QUANTA + mantissa - QUANTA;
  if (score === undefined) return added;
  const high = Math.max(score, added);
  const low = Math.min(score, added);
  const above = Math.floor(high / QUANTA) - Math.floor(low / QUANTA);
  // Seventeen halvings leave nothing of a mantissa.
  if (above > 17) return high;
  const sum = QUANTA + (high % QUANTA) + Math.floor((QUANTA + (low % QUANTA)) / 2 ** above);
  const whole = high - (high % QUANTA);
  return sum < 2 * QUANTA ? whole + sum - QUANTA : whole + Math.floor(sum / 2);
}
