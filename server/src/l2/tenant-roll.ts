import type { TenantId } from '../core/tenant-id.js';
import type { RollPage } from '../core/upkeep.js';
import { buildKey, metaKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/** For so long after its last enrolment a tenant stays, whatever it holds: whoever has it in memory enrols it again. */
const KEPT_MS = 3_600_000;
const TENANTS_PER_CALL = 500;
const ROLL = buildKey({ kind: 'roll' });

/** Tenants that may hold bytes, in one sorted set by the time of their last enrolment. */
export class TenantRoll {
  readonly #topology: RedisTopology;
  readonly #lane: number;

  constructor(topology: RedisTopology) {
    this.#topology = topology;
    this.#lane = topology.laneOfKey(ROLL);
  }

  async enrol(tenants: readonly TenantId[]): Promise<void> {
    for (let from = 0; from < tenants.length; from += TENANTS_PER_CALL) {
      await this.#run('roll-enrol', tenants.slice(from, from + TENANTS_PER_CALL));
    }
  }

  /** Who is on the roll throughout comes at least once; about `count` a page. */
  async page(after: string | undefined, count: number): Promise<RollPage> {
    const scan = await this.#topology.read(
      this.#lane,
      (client) => client.zscan(ROLL, after ?? '0', 'COUNT', count),
      'ask',
    );
    const [next, pairs] = scan;
    const tenants = pairs.filter((_, index) => index % 2 === 0) as TenantId[];
    return { tenants, next: next === '0' ? undefined : next };
  }

  async strike(tenant: TenantId): Promise<boolean> {
    const lane = this.#topology.laneOf(tenant);
    const entries = await this.#topology.read(lane, (client) => client.zcard(metaKey('exp', tenant)), 'ask');
    if (entries > 0) return false;
    // Whoever has written since will enrol it, as it opened it first.
    return (await this.#run('roll-strike', [tenant, KEPT_MS])) === 1;
  }

  async #run(name: 'roll-enrol' | 'roll-strike', args: readonly (string | number)[]): Promise<number | undefined> {
    return (await this.#topology.script(this.#lane, (scripts) => scripts.run(name, [ROLL], args), 'ask'))[0];
  }
}
