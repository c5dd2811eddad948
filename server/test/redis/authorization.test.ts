import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PermissionSet } from '../../src/index.js';
import { gate } from '../fakes/memory-cache.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

afterEach(closeRedisCaches);

const ALLOWED: PermissionSet = { roles: ['trader'], teams: [], permissions: [{ action: 'a:b', effect: 'allow' }] };
const NOTHING: PermissionSet = { roles: ['trader'], teams: [], permissions: [] };

function processes() {
  const tenant = `authorized-${randomUUID()}`;
  const source = { set: ALLOWED, loads: 0 };
  const open = (load = async () => source.set) => {
    const cache = redisCache();
    const handle = cache.forTenant(tenant);
    const counted = async () => {
      source.loads++;
      return load();
    };
    return { handle, of: cache.authorization({ load: counted }).for(handle) };
  };
  return { source, open };
}

describe('authorization over Redis', () => {
  it('loads a set once for all processes', async () => {
    const { source, open } = processes();
    const all = [open(), open(), open()];
    expect(await Promise.all(all.map(({ of }) => of.can('1', 'a:b')))).toEqual([true, true, true]);
    expect(source.loads).toBe(1);
  });

  it('answers what a load of another process has read before a revocation to nobody, and stores it nowhere', async () => {
    const { source, open } = processes();
    const reading = gate();
    const returning = gate();
    const slow = open(async () => {
      const read = source.set;
      reading.release();
      await returning.promise;
      return read;
    });
    const [revoker, third] = [open(), open()];
    const waiting = [slow.of.can('1', 'a:b'), slow.of.can('1', 'a:b')];
    await reading.promise;
    waiting.push(third.of.can('1', 'a:b'));
    source.set = NOTHING;
    await revoker.of.roleChanged('trader');
    returning.release();
    expect(await Promise.all(waiting)).toEqual([false, false, false]);
    const stored = await revoker.handle.get<{ set: PermissionSet }>('authorization', '1');
    expect(stored?.set.permissions).toEqual([]);
    for (const { of } of [slow, revoker, third]) expect(await of.can('1', 'a:b')).toBe(false);
  });

  it('never stores what was read before a revocation, nobody having asked since', async () => {
    const { source, open } = processes();
    const reading = gate();
    const returning = gate();
    const slow = open(async () => {
      reading.release();
      await returning.promise;
      throw new Error('no database any more');
    });
    const granted = open();
    const revoker = open();
    const readingToo = gate();
    const raw = granted.handle.getOrSet('authorization', '2', async ({ setTags }) => {
      readingToo.release();
      await returning.promise;
      setTags(['user:2', 'role:trader']);
      return { atMs: Date.now(), set: ALLOWED };
    });
    const asked = slow.of.can('1', 'a:b');
    await Promise.all([reading.promise, readingToo.promise]);
    source.set = NOTHING;
    await revoker.of.roleChanged('trader');
    returning.release();
    await raw;
    expect(await asked).toBe(false);
    expect(await revoker.handle.getMany('authorization', ['1', '2'])).toEqual(new Map());
  });

  it('decides alike from L1, from Redis and from the loader', async () => {
    const { source, open } = processes();
    const [first, second] = [open(), open()];
    source.set = {
      ...ALLOWED,
      permissions: [...ALLOWED.permissions, { action: 'a:*', object: 'x/1', effect: 'deny' }],
    };
    for (const { of } of [first, first, second, second]) {
      expect(await of.explain('1', 'a:b', 'x/1')).toMatchObject({ reason: 'denied' });
      expect(await of.can('1', 'a:b', 'x/2')).toBe(true);
    }
    expect(source.loads).toBe(1);
  });
});
