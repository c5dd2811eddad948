import { randomInt } from 'node:crypto';
import { buildKey } from './redis-keys.js';
import type { RedisNode } from './redis-node.js';
import type { RedisTopology } from './redis-topology.js';

/** Less than the time between two rounds of a process that puts, which therefore asks once in each. */
const ASK_AGAIN_MS = 800;
/** A node with one slot in 500 or more has one of these. */
const MAX_KEYS = 4_096;
const RANDOM_BELOW = 2 ** 48 - 1;

/**
 * A random number on each server, kept there by whichever process comes first. Where it is another one than before, that
 * server was emptied without a word (docs/adr/0010-usage-journal.md).
 */
export class UsageJournalSentinels {
  readonly #topology: RedisTopology;
  readonly #onLoss: () => void;
  /** By key what stood there last; undefined where that could not be asked, so that it may have been another. */
  readonly #numbers = new Map<string, number | undefined>();
  readonly #keys: { readonly key: string; readonly lane: number }[] = [];
  #asking: Promise<void> | undefined;
  #askedAtMs = Number.NEGATIVE_INFINITY;

  constructor(topology: RedisTopology, onLoss: () => void) {
    this.#topology = topology;
    this.#onLoss = onLoss;
  }

  /** Before anything is put. Resolves also where a server cannot be asked: from its first answer on it counts as emptied. */
  async known(): Promise<void> {
    if (this.#allKnown()) return;
    if (this.#topology.nodes().length === 0) await this.#topology.refresh();
    // What is under way may have begun before a server came.
    await this.#asking;
    if (!this.#allKnown()) await this.#ask();
  }

  /** Asks in the background, where something was put and the last time is a while ago. */
  look(): void {
    if (this.#numbers.size === 0 || performance.now() - this.#askedAtMs < ASK_AGAIN_MS) return;
    void this.#ask();
  }

  #allKnown(): boolean {
    return this.#numbers.size > 0 && this.#keysNow().every(({ key }) => this.#numbers.has(key));
  }

  #ask(): Promise<void> {
    this.#askedAtMs = performance.now();
    this.#asking ??= this.#askAll().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #askAll(): Promise<void> {
    const lost = await Promise.all(this.#keysNow().map(({ key, lane }) => this.#askOne(key, lane)));
    if (lost.includes(true)) this.#onLoss();
  }

  async #askOne(key: string, lane: number): Promise<boolean> {
    const mine = randomInt(RANDOM_BELOW);
    const [number] = await this.#topology
      .script(lane, (scripts) => scripts.run('counters-sentinel', [key], [mine]), 'ask')
      .catch((): readonly number[] => []);
    const lost = number !== undefined && this.#numbers.has(key) && this.#numbers.get(key) !== number;
    if (number !== undefined || !this.#numbers.has(key)) this.#numbers.set(key, number);
    return lost;
  }

  /** One for each server: the first in its slots, which is the same for every process. */
  #keysNow(): { readonly key: string; readonly lane: number }[] {
    const missing = new Set<RedisNode>(this.#topology.nodes());
    const keys = [];
    for (let number = 0; missing.size > 0 && number < MAX_KEYS; number++) {
      const each = this.#key(number);
      const node = this.#topology.nodeOf(each.lane);
      if (node && missing.delete(node)) keys.push(each);
    }
    return keys;
  }

  #key(number: number) {
    const known = this.#keys[number];
    if (known) return known;
    const key = buildKey({ kind: 'sentinel', number });
    const made = { key, lane: this.#topology.laneOfKey(key) };
    this.#keys[number] = made;
    return made;
  }
}
