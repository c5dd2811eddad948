import { randomUUID } from 'node:crypto';
import type { Leadership } from '../core/upkeep.js';
import { buildKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** A leader that is not heard of for so long is followed by another. */
const LEASE_MS = 10_000;

/**
 * Leads by a lease in Redis. A Redis that fails over may lose the lease, so two may lead for a moment: the fence tells
 * what the first still sends from what the second does (Kleppmann, "How to do distributed locking", 2016).
 */
export class RedisLeadership implements Leadership {
  readonly #topology: RedisTopology;
  readonly #key: string;
  readonly #leaseMs: number;
  readonly #holder = randomUUID();

  constructor(topology: RedisTopology, name: string, leaseMs = LEASE_MS) {
    this.#topology = topology;
    this.#key = buildKey({ kind: 'leader', name });
    this.#leaseMs = leaseMs;
  }

  async lead(): Promise<number | undefined> {
    const fence = await this.#run(this.#leaseMs);
    return fence === 0 ? undefined : fence;
  }

  async resign(): Promise<void> {
    await this.#run(0);
  }

  async #run(leaseMs: number): Promise<number | undefined> {
    const lane = this.#topology.laneOfKey(this.#key);
    const args = [this.#holder, leaseMs];
    return (await this.#topology.script(lane, (scripts) => scripts.run('leader', [this.#key], args), 'ask'))[0];
  }
}
