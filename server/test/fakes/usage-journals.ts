import type { Redis } from 'ioredis';
import type { TenantId } from '../../src/core/tenant-id.js';
import { RedisUsageJournal } from '../../src/l2/redis-usage-journal.js';
import type { UsageJournalUnderTest } from '../../src/testing/usage-journal-contract.js';
import type { redisStore } from './redis-store.js';

type Store = ReturnType<typeof redisStore>;

const COUNTED = 'tenantcache:counted';
const BESIDE = 'b5f7f9ad-6d0c-4c55-9d20-0d5a3b2b8d00.0 1775001600000';

/** Texts that no version wrote, each under a field that could be one's. */
export const DAMAGED: readonly (readonly [field: string, value: string])[] = [
  [BESIDE, ''],
  [`${BESIDE}0000000`, '[]'],
  [BESIDE.replace('b5', 'b6'), '{"0":1}'],
  [BESIDE.replace('b5', 'b7'), '[2,"2026-04-01",300000,[],[],[0,0,0,0],[]]'],
  ['no bucket', '[1,"2026-04-01",300000,[],[],[0,0,0,0],[]]'],
];

/** Two processes on one server whose clocks the test moves, and a client that neither knows of. */
export function usageJournals(near: Store, far: Store, client: Redis): Omit<UsageJournalUnderTest, 'close'> {
  let passedMs = 0;
  const now = () => performance.now() + passedMs;
  return {
    near: new RedisUsageJournal(near.topology, now),
    far: new RedisUsageJournal(far.topology, now),
    pass: async (ms, tenants) => {
      passedMs += ms;
      await ageMarks(client, ms, tenants);
    },
    damage: async (tenant) => {
      for (const [field, value] of DAMAGED) await client.hset(`meta:{${tenant}}:counters`, field, value);
      await client.zadd(COUNTED, 1, '}:no tenant:{');
    },
  };
}

/** As if they had been set so much earlier. */
export async function ageMarks(client: Redis, ms: number, tenants: readonly TenantId[]): Promise<void> {
  for (const tenant of tenants) {
    if ((await client.zscore(COUNTED, tenant)) !== null) await client.zincrby(COUNTED, -ms, tenant);
  }
}
