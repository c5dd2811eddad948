import type { TenantId } from '../core/tenant-id.js';
import { buildKey, metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** A process marks a tenant again after this time of appending to it. */
const MARK_AGAIN_AFTER_MS = 10_000;
/** A mark outlives the last append by this at least: longer than any append can be under way. */
const FORGET_AFTER_MS = 60_000;

/** Which tenants have a queue, for a process that starts and for one that takes a dead one's work over. */
export class QueueTenants {
  readonly #topology: RedisTopology;
  readonly #run: (keys: readonly string[], args: readonly string[]) => Promise<unknown>;
  readonly #markedAtMs = new Map<TenantId, number>();

  constructor(topology: RedisTopology, run: (keys: readonly string[], args: readonly string[]) => Promise<unknown>) {
    this.#topology = topology;
    this.#run = run;
  }

  async mark(tenant: TenantId): Promise<void> {
    const nowMs = performance.now();
    const markedAtMs = this.#markedAtMs.get(tenant);
    if (markedAtMs !== undefined && nowMs - markedAtMs < MARK_AGAIN_AFTER_MS) return;
    await this.#run([KEY], [tenant, '']);
    this.#markedAtMs.set(tenant, nowMs);
  }

  /** Forgets, on the way, those that have had nothing for a minute. */
  async list(): Promise<TenantId[]> {
    const nowMs = performance.now();
    for (const [tenant, atMs] of this.#markedAtMs) {
      if (nowMs - atMs >= MARK_AGAIN_AFTER_MS) this.#markedAtMs.delete(tenant);
    }
    const lane = this.#topology.laneOfKey(KEY);
    const marks = await this.#topology.read(lane, (reads) => reads.zrange(KEY, '0', '-1', 'WITHSCORES'));
    const time = await this.#topology.read(lane, (reads) => reads.time());
    const tenants: TenantId[] = [];
    for (let at = 0; at < marks.length; at += 2) {
      const [tenant, mark] = marks.slice(at, at + 2) as [TenantId, string];
      const idleMs = Number(time[0]) * 1_000 - Number(mark);
      if (idleMs < FORGET_AFTER_MS || (await this.#hasQueue(tenant))) tenants.push(tenant);
      else await this.#run([KEY], [tenant, mark]);
    }
    return tenants;
  }

  async #hasQueue(tenant: TenantId): Promise<boolean> {
    const lane = this.#topology.laneOf(tenant);
    return (await this.#topology.read(lane, (reads) => reads.exists(metaKey('wb', tenant)))) === 1;
  }
}

const KEY = buildKey({ kind: 'wb-tenants' });
