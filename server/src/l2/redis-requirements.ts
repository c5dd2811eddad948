import { fail, type TenantCacheError } from '../core/errors.js';

/**
 * Judges the answer of INFO, which needs no right to CONFIG. Undefined where the server may be used: Redis >= 7.0 or
 * Valkey >= 7.2, and no policy that would evict the bookkeeping.
 */
export function refusalOf(info: string, inCluster: boolean): TenantCacheError | undefined {
  if (!inCluster && field(info, 'redis_mode') === 'cluster') {
    return fail('STORE_MISCONFIGURED', {
      given: 'one node of a Redis Cluster, as if it were all of it',
      allowed: 'a Redis that is no Cluster, or the nodes of the Cluster',
      todo: "write redis: { cluster: ['redis://host:port', …] }",
    });
  }
  const valkey = field(info, 'valkey_version');
  const version = valkey ?? field(info, 'redis_version') ?? 'unknown';
  if (!atLeast(version, valkey ? [7, 2] : [7, 0])) {
    return fail('STORE_MISCONFIGURED', {
      given: `${valkey ? 'Valkey' : 'Redis'} ${version}`,
      allowed: 'Redis 7.0 or later, Valkey 7.2 or later',
      todo: 'upgrade the server',
    });
  }
  if (field(info, 'arch_bits') === '32') {
    return fail('STORE_MISCONFIGURED', {
      given: 'a server built for 32 bits, whose scripts cannot count so far',
      allowed: 'a server built for 64 bits',
      todo: 'install the 64-bit build of the server',
    });
  }
  const policy = field(info, 'maxmemory_policy') ?? 'noeviction';
  if (policy.startsWith('allkeys-')) {
    return fail('STORE_MISCONFIGURED', {
      given: `maxmemory-policy ${policy}, which evicts the bookkeeping of quotas`,
      allowed: 'noeviction, volatile-lru, volatile-lfu, volatile-ttl, volatile-random',
      todo: 'set maxmemory-policy volatile-lru',
    });
  }
  return undefined;
}

function field(info: string, name: string): string | undefined {
  return new RegExp(`^${name}:(.*?)\\s*$`, 'm').exec(info)?.[1];
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [givenMajor = Number.NaN, givenMinor = 0] = version.split('.').map(Number);
  return givenMajor > major || (givenMajor === major && givenMinor >= minor);
}
