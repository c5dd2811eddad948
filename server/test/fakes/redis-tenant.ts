import type { Redis } from 'ioredis';
import type { TenantId } from '../../src/core/tenant-id.js';
import { speltMeta, speltPrefix } from './spelt-keys.js';

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
  /** Members that have tags on file, for reclaiming. */
  readonly tagged: readonly string[];
  /** Of those that are there, the ones whose own value holds tags. */
  readonly carryingTags: readonly string[];
}

const LOOK = `
local prefix, used = ARGV[1], struct.unpack('>I6', redis.call('HGET', KEYS[1], 'a') or string.rep('\\0', 6))
local indexed, exp = 0, {}
local scored = redis.call('ZRANGE', KEYS[3], 0, -1, 'WITHSCORES')
for i = 1, #scored, 2 do
  exp[#exp + 1] = scored[i]
  indexed = indexed + (tonumber(scored[i + 1]) % 2097152) * 16
end
local live, keys, carrying = 0, {}, {}
local function count(key)
  if redis.call('EXISTS', key) == 0 then return end
  keys[#keys + 1] = string.sub(key, #prefix + 1)
  live = live + math.ceil((#key + redis.call('STRLEN', key) + 128) / 16) * 16
  local flags = string.byte(redis.call('GETRANGE', key, 13, 13)) or 0
  if flags % 8 >= 4 then carrying[#carrying + 1] = keys[#keys] end
end
if #ARGV > 1 then
  for i = 2, #ARGV do count(prefix .. ARGV[i]) end
else
  local cursor = '0'
  repeat
    local page = redis.call('SCAN', cursor, 'MATCH', prefix .. '*', 'COUNT', 1000)
    cursor = page[1]
    for _, key in ipairs(page[2]) do count(key) end
  until cursor == '0'
end
return { used, indexed, live, redis.call('ZRANGE', KEYS[2], 0, -1), exp, keys, redis.call('HKEYS', KEYS[4]), carrying }`;

/** @param among the members to look for; none: all that begin as the tenant's do, which costs a scan of the keyspace */
export async function look(client: Redis, tenant: TenantId, among: readonly string[] = []): Promise<TenantInRedis> {
  const meta = ['state', 'lru', 'exp', 'tags'].map((kind) => speltMeta(tenant, kind));
  const reply = await client.eval(LOOK, meta.length, ...meta, speltPrefix(tenant), ...among);
  const [used, indexed, live, lru, ...lists] = reply as [number, number, number, ...string[][]];
  const [exp, keys, tagged, carryingTags] = lists.map((list) => list.sort()) as [
    string[],
    string[],
    string[],
    string[],
  ];
  return { used, indexed, live, lru: lru as string[], exp, keys, tagged, carryingTags };
}

const TAKE_MESSAGE_NUMBER = `
local account = redis.call('HGET', KEYS[1], 'a')
local number = struct.unpack('>I6', account, 13)
redis.call('HSET', KEYS[1], 'a', string.sub(account, 1, 12) .. struct.pack('>I6', number + 1) .. string.sub(account, 19))`;

/** As if a message had been sent that nobody heard. */
export async function takeMessageNumber(client: Redis, tenant: TenantId): Promise<void> {
  await client.eval(TAKE_MESSAGE_NUMBER, 1, `meta:{${tenant}}:state`);
}

/** The sequence of the tenant's last clear. */
export async function clearedAt(client: Redis, tenant: TenantId): Promise<number> {
  return (await client.hgetBuffer(`meta:{${tenant}}:state`, 'b'))?.readUIntBE(0, 6) ?? 0;
}
