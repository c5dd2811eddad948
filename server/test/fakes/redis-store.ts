import type { Redis } from 'ioredis';
import { NOOP_LOGGER } from '../../src/core/contracts.js';
import type { CacheEvent } from '../../src/core/events.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { createRedisStore, type RedisStoreOptions } from '../../src/l2/create-redis-store.js';
import { testRedisUrl } from './redis-url.js';

/** Touches leave every 100 ms; by then they have been applied. */
export const TOUCHES_FLUSHED_MS = 150;

/** A store and bus on the tests' Redis. The deadline is generous: the machine is shared, and faults have their own tests. */
export function redisStore(options: Partial<RedisStoreOptions> = {}) {
  const events: CacheEvent[] = [];
  const made = createRedisStore({
    redis: { url: testRedisUrl() },
    deadlineMs: 5_000,
    logger: NOOP_LOGGER,
    emit: (event) => void events.push(event),
    ...options,
  });
  const close = async () => {
    await made.bus.close();
    await made.store.close();
  };
  return { ...made, events, close };
}

const AGE = `
local moved = redis.call('ZRANGE', KEYS[1], 0, -1)
for _, member in ipairs(moved) do
  redis.call('ZINCRBY', KEYS[1], -tonumber(ARGV[2]) * 2097152, member)
  local at = redis.call('PEXPIRETIME', ARGV[1] .. member)
  if at > 0 then redis.call('PEXPIREAT', ARGV[1] .. member, at - tonumber(ARGV[2]) * 1000) end
end
return #moved`;

/** Lets seconds pass for one tenant without waiting: every deadline moves back by as much. */
export async function age(client: Redis, tenant: TenantId, seconds: number): Promise<void> {
  await client.eval(AGE, 1, `meta:{${tenant}}:exp`, `tenant:{${tenant}}:`, seconds);
}
