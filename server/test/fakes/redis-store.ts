import type { Redis } from 'ioredis';
import { NOOP_LOGGER } from '../../src/core/contracts.js';
import type { CacheEvent } from '../../src/core/events.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { createRedisStore, type RedisStoreOptions } from '../../src/l2/create-redis-store.js';
import { testRedisUrl } from './redis-url.js';
import { speltMeta, speltPrefix } from './spelt-keys.js';

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
local exp, state, leases, inv, by_ms = KEYS[1], KEYS[2], KEYS[3], KEYS[4], tonumber(ARGV[2]) * 1000
local function back(key)
  local at = redis.call('PEXPIRETIME', key)
  if at > 0 then redis.call('PEXPIREAT', key, at - by_ms) end
end
for _, member in ipairs(redis.call('ZRANGE', exp, 0, -1)) do
  redis.call('ZINCRBY', exp, -tonumber(ARGV[2]) * 2097152, member)
  back(ARGV[1] .. member)
end
-- A lease and a record hold their sequence, then the time that it is about, in ms.
for _, hash in ipairs({ leases, inv }) do
  local fields = redis.call('HGETALL', hash)
  for i = 1, #fields, 2 do
    local sequence, at, rest = struct.unpack('>I6I6', fields[i + 1])
    redis.call('HSET', hash, fields[i], struct.pack('>I6I6', sequence, at - by_ms) .. string.sub(fields[i + 1], rest))
  end
end
back(leases)
local at = tonumber(redis.call('HGET', state, 'fold'))
if at then redis.call('HSET', state, 'fold', string.format('%.0f', at - by_ms)) end
-- Of the account: until when a lease may stand, and the earliest deadline (0: not known).
local account = redis.call('HGET', state, 'a')
if account then
  local leased = math.max(0, struct.unpack('>I6', account, 19) - by_ms)
  local due_s = struct.unpack('>I4', account, 25)
  if due_s > 0 then due_s = math.max(1, due_s - tonumber(ARGV[2])) end
  redis.call('HSET', state, 'a', string.sub(account, 1, 18) .. struct.pack('>I6I4', leased, due_s) .. string.sub(account, 29))
end
return 1`;

/** Lets seconds pass for one tenant without waiting: every deadline moves back by as much. */
export async function age(client: Redis, tenant: TenantId, seconds: number): Promise<void> {
  const meta = ['exp', 'state', 'leases', 'inv'].map((kind) => speltMeta(tenant, kind));
  await client.eval(AGE, meta.length, ...meta, speltPrefix(tenant), seconds);
}
