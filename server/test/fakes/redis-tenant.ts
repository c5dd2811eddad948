import type { Redis } from 'ioredis';
import type { TenantId } from '../../src/core/tenant-id.js';

/** What Redis itself says about a tenant, read without the code under test. */
export interface TenantInRedis {
  /** The counter that quotas are enforced by. */
  readonly used: number;
  /** Sum of the sizes that the index holds. */
  readonly indexed: number;
  /** Sum over the keys that are there of their length + their value's + 128, rounded up to 16. */
  readonly live: number;
  readonly lru: readonly string[];
  readonly exp: readonly string[];
  readonly keys: readonly string[];
}

const LOOK = `
local prefix, used = ARGV[1], tonumber(redis.call('HGET', KEYS[1], 'used') or 0)
local indexed, exp = 0, {}
local scored = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
for i = 1, #scored, 2 do
  exp[#exp + 1] = scored[i]
  indexed = indexed + (tonumber(scored[i + 1]) % 2097152) * 16
end
local live, keys, cursor = 0, {}, '0'
repeat
  local page = redis.call('SCAN', cursor, 'MATCH', ARGV[2], 'COUNT', 1000)
  cursor = page[1]
  for _, key in ipairs(page[2]) do
    if redis.call('EXISTS', key) == 1 then
      keys[#keys + 1] = string.sub(key, #prefix + 1)
      live = live + math.ceil((#key + redis.call('STRLEN', key) + 128) / 16) * 16
    end
  end
until cursor == '0'
return { used, indexed, live, redis.call('ZRANGE', KEYS[2], 0, -1), exp, keys }`;

export async function look(client: Redis, tenant: TenantId): Promise<TenantInRedis> {
  const meta = ['state', 'lru', 'exp'].map((kind) => `meta:{${tenant}}:${kind}`);
  const prefix = `tenant:{${tenant}}:`;
  const reply = await client.eval(LOOK, 3, ...meta, prefix, `${prefix}*`);
  const [used, indexed, live, lru, exp, keys] = reply as [number, number, number, string[], string[], string[]];
  return { used, indexed, live, lru, exp: exp.sort(), keys: keys.sort() };
}
