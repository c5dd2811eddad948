import type { Redis } from 'ioredis';
import type { Leadership } from '../../src/core/upkeep.js';
import { buildKey } from '../../src/l2/redis-keys.js';
import { RedisLeadership } from '../../src/l2/redis-leadership.js';
import type { LeadershipUnderTest } from '../../src/testing/leadership-contract.js';
import type { redisStore } from './redis-store.js';

/** Longer than a machine stalls: a lease runs out where the test says so. */
const LEASE_MS = 60_000;

/** Leaders in two processes by turns, and a client that neither knows of, which lets time pass for their leases. */
export function redisLeaderships(
  near: ReturnType<typeof redisStore>,
  far: ReturnType<typeof redisStore>,
  client: Redis,
): Omit<LeadershipUnderTest, 'close'> {
  const names = new Map<Leadership, string>();
  const pass = async (name: string, ms: number) => {
    await client.hincrby(buildKey({ kind: 'leader', name }), 'until', -ms);
  };
  return {
    process: (name) => {
      const leadership = new RedisLeadership((names.size % 2 ? far : near).topology, name, LEASE_MS);
      names.set(leadership, name);
      return leadership;
    },
    pass,
    depose: (leader) => pass(names.get(leader) as string, LEASE_MS),
    termMs: LEASE_MS,
  };
}
