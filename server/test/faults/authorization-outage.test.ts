import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationOptions, PermissionSet } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

const ALLOWED: PermissionSet = { roles: ['trader'], teams: [], permissions: [{ action: 'a:b', effect: 'allow' }] };
const NOTHING: PermissionSet = { roles: ['trader'], teams: [], permissions: [] };
const BOUND_MS = 1_000;

describe('authorization while its stores are gone', () => {
  let redis: RedisProcess;

  beforeEach(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
  });

  afterEach(async () => {
    redis.resume();
    await closeRedisCaches();
    await redis.kill();
  });

  function open(onUnavailable: AuthorizationOptions['onUnavailable'] = 'deny') {
    const source: { set: PermissionSet | undefined; loads: number } = { set: ALLOWED, loads: 0 };
    const cache = redisCache({ redis: { url: redis.url }, redisTimeout: '50ms' });
    const handle = cache.forTenant('t');
    const load = async () => {
      source.loads++;
      if (source.set === undefined) throw new Error('Postgres is gone');
      return source.set;
    };
    return { cache, source, of: cache.authorization({ load, onUnavailable }).for(handle) };
  }

  /** When the last call that was granted had begun. */
  async function lastGrant(of: ReturnType<typeof open>['of'], forMs: number): Promise<number> {
    let lastMs = 0;
    for (const endMs = performance.now() + forMs; performance.now() < endMs; await delay(5)) {
      const beganMs = performance.now();
      if (await of.can('1', 'a:b')) lastMs = beganMs;
    }
    return lastMs;
  }

  it.each(['kill', 'pause'] as const)('denies once nothing can be read any more (%s)', async (how) => {
    const { of, source } = open();
    expect(await of.can('1', 'a:b')).toBe(true);
    source.set = undefined;
    await redis[how]();
    const goneMs = performance.now();
    expect((await lastGrant(of, 2_500)) - goneMs).toBeLessThan(BOUND_MS);
    await expect(of.assert('1', 'a:b')).rejects.toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE' });
    await expect(of.permissions('1')).rejects.toMatchObject({ code: 'AUTHORIZATION_UNAVAILABLE' });
    source.set = ALLOWED;
    await until(() => of.can('1', 'a:b'));
  });

  it('answers the last known set for the grace, and no longer', async () => {
    const { of, source } = open({ grace: '2s' });
    expect(await of.can('1', 'a:b')).toBe(true);
    source.set = undefined;
    await redis.kill();
    const goneMs = performance.now();
    const overMs = (await lastGrant(of, 3_500)) - goneMs;
    expect(overMs).toBeGreaterThan(BOUND_MS);
    expect(overMs).toBeLessThan(2_000);
    // Of whom nothing is known, nothing is granted.
    expect(await of.can('2', 'a:b')).toBe(false);
  });

  it('undoes no revocation by the grace', async () => {
    const { of, source } = open({ grace: '1h' });
    const other = open({ grace: '1h' });
    expect(await Promise.all([of.can('1', 'a:b'), other.of.can('1', 'a:b'), of.can('2', 'a:b')])).not.toContain(false);
    source.set = undefined;
    // Heard from another process.
    await other.of.revokeUser('1');
    await until(async () => !(await of.can('1', 'a:b')));
    await redis.kill();
    expect(await of.can('1', 'a:b')).toBe(false);
    expect(await of.can('2', 'a:b')).toBe(true);
    // Made by this one, while nobody can be told.
    await expect(of.roleChanged('trader')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await of.can('2', 'a:b')).toBe(false);
  });

  it('follows the loader within the bound while Redis is gone, and asks it seldom', async () => {
    const { of, source } = open();
    expect(await of.can('1', 'a:b')).toBe(true);
    await redis.kill();
    await until(async () => {
      const before = source.loads;
      await of.can('1', 'a:b');
      return source.loads > before;
    });
    source.loads = 0;
    await lastGrant(of, 1_000);
    expect(source.loads).toBeLessThan(5);
    source.set = NOTHING;
    const changedMs = performance.now();
    expect((await lastGrant(of, 2_000)) - changedMs).toBeLessThan(BOUND_MS);
  });
});
