import { Redis } from 'ioredis';

const ENTRY =
  /^tenant:\{(?<tenant>[A-Za-z0-9][\w-]{0,63})\}:[A-Za-z][\w.-]{0,63}:(?<key>~sha256:[0-9a-f]{64}|[^~].*)$/s;
const BOOKKEEPING =
  /^(?:meta:(?:\{[A-Za-z0-9][A-Za-z0-9_-]{0,63}\}|shared:[a-z][a-z0-9-]{0,31}|\{shared:[a-z][a-z0-9-]{0,31}\}):(?:state|lru|exp|freq|tags|inv|leases|counters|wb(?:-[a-z]+)?)|tenantcache:(?:write-behind-tenants|settings|roll|counted|sentinel:[0-9]{1,4}|leader:[a-z]+|rate:[a-z][a-z0-9-]{0,31}:[\w-]{22}))$/;
/** Of a shared dataset: whose bytes are the platform's, and no tenant's. */
const SHARED =
  /^(?:shared:[a-z][a-z0-9-]{0,31}|\{shared:[a-z][a-z0-9-]{0,31}\}):\{[^{}]+(?:\}:[a-z][\w:-]*|:~sha256:[0-9a-f]{64})$/;
const STORED_KEY_BYTES = 200;
const OVERHEAD_BYTES = 128;
const SIZE_UNIT_BYTES = 16;
const PAGE = 1_000;

export interface RedisContents {
  /** Bytes of each tenant's live entries, counted from the keys and values themselves. */
  bytesOf: Map<string, number>;
  entriesOf: Map<string, number>;
  /** Keys that the grammar of docs/architecture.md does not allow. */
  foreign: string[];
}

/** Reads a whole Redis, by nothing but what docs/architecture.md promises of it. */
export async function readRedis(url: string): Promise<RedisContents> {
  const redis = new Redis(url, { lazyConnect: true, maxRetriesPerRequest: 1 });
  const contents: RedisContents = { bytesOf: new Map(), entriesOf: new Map(), foreign: [] };
  try {
    await redis.connect();
    const keys = await allKeys(redis);
    contents.foreign = keys.filter((key) => tenantOf(key) === undefined && !BOOKKEEPING.test(key) && !SHARED.test(key));
    const entries = keys.filter((key) => tenantOf(key) !== undefined);
    for (let from = 0; from < entries.length; from += PAGE) {
      await addSizes(redis, entries.slice(from, from + PAGE), contents);
    }
  } finally {
    redis.disconnect();
  }
  return contents;
}

async function allKeys(redis: Redis): Promise<string[]> {
  // A set, because SCAN may name a key twice.
  const keys = new Set<string>();
  for await (const page of redis.scanStream({ count: PAGE })) {
    for (const key of page as string[]) keys.add(key);
  }
  return [...keys];
}

async function addSizes(redis: Redis, keys: string[], { bytesOf, entriesOf }: RedisContents): Promise<void> {
  const pipeline = redis.pipeline();
  for (const key of keys) pipeline.strlen(key);
  const lengths = (await pipeline.exec()) ?? [];
  for (const [index, key] of keys.entries()) {
    const [error, length] = lengths[index] ?? [];
    if (error) throw error;
    // An entry that expired since the scan named it has no length, and no bytes.
    if (Number(length) === 0) continue;
    const tenant = tenantOf(key) ?? '';
    const bytes = Buffer.byteLength(key) + Number(length) + OVERHEAD_BYTES;
    bytesOf.set(tenant, (bytesOf.get(tenant) ?? 0) + Math.ceil(bytes / SIZE_UNIT_BYTES) * SIZE_UNIT_BYTES);
    entriesOf.set(tenant, (entriesOf.get(tenant) ?? 0) + 1);
  }
}

/** The tenant of an entry's key; undefined for any other key. */
function tenantOf(redisKey: string): string | undefined {
  const { tenant, key = '' } = ENTRY.exec(redisKey)?.groups ?? {};
  return Buffer.byteLength(key) <= STORED_KEY_BYTES ? tenant : undefined;
}
