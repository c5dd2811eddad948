import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { PermissionSet } from '../../src/index.js';
import { gate } from '../fakes/memory-cache.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';

afterEach(closeRedisCaches);

const ALLOWED: PermissionSet = { roles: ['trader'], teams: [], permissions: [{ action: 'a:b', effect: 'allow' }] };
const NOTHING: PermissionSet = { roles: ['trader'], teams: [], permissions: [] };

/** Longer than a set in memory is trusted without a word of the bus. */
const TOO_LONG_MS = 900;

/** A turn of the event loop that takes as long. */
function block(ms: number): void {
  const endMs = performance.now() + ms;
  while (performance.now() < endMs);
}

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

  it('decides from memory, once it has heard what was said during a turn that took too long', async () => {
    const { source, open } = processes();
    const [busy, revoker] = [open(), open()];
    const users = Array.from({ length: 50 }, (_, index) => `${index}`);
    const decided = () => Promise.all(users.map((user) => busy.of.can(user, 'a:b')));
    const readsOf = () => busy.handle.metrics().l2Hits + busy.handle.metrics().misses;
    /** Whether they were decided without a look into Redis. */
    const fromMemory = async () => {
      const before = readsOf();
      expect(await decided()).toEqual(users.map(() => true));
      return readsOf() === before;
    };
    await until(fromMemory);
    const { loads } = source;
    // A machine that stalls may keep the word of the bus from it as well: then Redis is asked, and memory the next time.
    await until(async () => {
      block(TOO_LONG_MS);
      return fromMemory();
    });
    expect(source.loads).toBe(loads);

    source.set = NOTHING;
    await revoker.of.roleChanged('trader');
    block(TOO_LONG_MS);
    expect(await decided()).toEqual(users.map(() => false));
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
