import type { Cluster, Redis } from 'ioredis';
import { assertOptionNames, invalidOption } from './options.js';

/**
 * Redis >= 7.0 or Valkey >= 7.2: an address; those of some nodes of a Cluster, of which one that answers tells of the
 * others; or a client of ioredis 6, whose options are taken over and which itself is not used.
 */
export type RedisOption =
  | { readonly url: string }
  | { readonly cluster: readonly string[] }
  | { readonly client: Redis | Cluster };

/** Whether keys are spread over servers, so that those of one call have to share a slot. */
export function isOnCluster(redis: RedisOption | undefined): boolean {
  if (redis === undefined) return false;
  return 'cluster' in redis || ('client' in redis && redis.client.isCluster);
}

/** @throws TenantCacheError `OPTION_INVALID` */
export function assertRedis(where: string, redis: RedisOption): void {
  assertOptionNames(`${where} redis`, redis, ['url', 'cluster', 'client']);
  const { url, cluster, client } = redis as { url?: unknown; cluster?: unknown; client?: { duplicate?: unknown } };
  const ways = [isUrl(url), isCluster(cluster), typeof client?.duplicate === 'function'];
  const given = [url, cluster, client].filter((value) => value !== undefined);
  if (given.length === 1 && ways.includes(true)) return;
  throw invalidOption(
    where,
    'redis',
    "{ url: 'redis://host:6379' }, { cluster: ['redis://host:6379', …] } or { client: a Redis or Cluster of ioredis }, one of the three",
  );
}

function isUrl(value: unknown): boolean {
  return typeof value === 'string' && /^rediss?:\/\//.test(value) && URL.canParse(value);
}

function isCluster(value: unknown): boolean {
  if (!Array.isArray(value) || value.length === 0 || !value.every(isUrl)) return false;
  // All nodes are reached in one way.
  return new Set(value.map((url: string) => new URL(url).protocol)).size === 1;
}
