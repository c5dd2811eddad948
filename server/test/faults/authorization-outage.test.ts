import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AuthorizationOptions, PermissionSet } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { TcpFaultProxy } from './tcp-fault-proxy.js';

const ALLOWED: PermissionSet = { roles: ['trader'], teams: [], permissions: [{ action: 'a:b', effect: 'allow' }] };
const NOTHING: PermissionSet = { roles: ['trader'], teams: [], permissions: [] };
const BOUND_MS = 1_000;
/** More than a load may take while nothing is heard. */
const SLOW_MS = 800;

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

  function open(
    onUnavailable: AuthorizationOptions['onUnavailable'] = 'deny',
    { url = redis.url, redisTimeout = '50ms' }: { url?: string; redisTimeout?: '50ms' | '5s' } = {},
  ) {
    const source: { set: PermissionSet | undefined; loads: number; loadMs: number } = {
      set: ALLOWED,
      loads: 0,
      loadMs: 0,
    };
    const cache = redisCache({ redis: { url }, redisTimeout });
    const handle = cache.forTenant('t');
    const load = async () => {
      source.loads++;
      const { set } = source;
      if (source.loadMs > 0) await delay(source.loadMs);
      if (set === undefined) throw new Error('Postgres is gone');
      return set;
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
    const { of, source } = open({ grace: '1h' }, { redisTimeout: '5s' });
    const other = open({ grace: '1h' }, { redisTimeout: '5s' });
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

  it('denies by a load that takes longer than it may be trusted while Redis is gone, and says so', async () => {
    const { of, source } = open();
    await redis.kill();
    source.loadMs = SLOW_MS;
    expect(await of.explain('1', 'a:b')).toEqual({
      granted: false,
      reason: 'unavailable',
      problem: expect.stringMatching(/^a load of \d+ ms while no revocation can be heard; allowed: less than 750 ms$/),
    });
    // No more than it takes to see that another look finds it nowhere.
    expect(source.loads).toBe(2);
  });

  it('answers by such a load within the grace, and not what was revoked here while it ran', async () => {
    const { of, source } = open({ grace: '1h' });
    await redis.kill();
    source.loadMs = SLOW_MS;
    expect(await of.can('1', 'a:b')).toBe(true);
    expect(source.loads).toBe(2);
    const asked = of.can('1', 'a:b');
    await until(() => source.loads === 3);
    source.set = NOTHING;
    await expect(of.revokeUser('1')).rejects.toMatchObject({ code: 'STORE_UNAVAILABLE' });
    expect(await asked).toBe(false);
    expect(await of.can('1', 'a:b')).toBe(false);
  });

  it('trusts a slow load that Redis took under its lease, though nothing is heard of others', async () => {
    const proxy = await TcpFaultProxy.open(redis.url, 'tenantcache:subscriber');
    try {
      proxy.set('refuse');
      const { of, source } = open('deny', { url: `redis://127.0.0.1:${proxy.port}`, redisTimeout: '5s' });
      source.loadMs = SLOW_MS;
      expect(await of.can('1', 'a:b')).toBe(true);
      expect(source.loads).toBe(1);
    } finally {
      await closeRedisCaches();
      await proxy.close();
    }
  });
});
