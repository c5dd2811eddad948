import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from '@jest/globals';
import { TenantCacheError } from '../../src/core/errors.js';
import type { CacheEvent } from '../../src/core/events.js';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import type { Invalidations } from '../../src/l2/invalidator.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { look } from '../fakes/redis-tenant.js';
import { waitedMs } from '../fakes/waited.js';

const DEADLINE_MS = 50;
/** Of a clock that stands still while the machine does: peers take seconds here, so half of one still tells. */
const SLACK_MS = 500;
const tenant = tenantId('t');
const id = entryId('r', 'k');
const body = { payload: Buffer.from('value'), ttlMs: 60_000, graceMs: 0 };
const limits = limitsOf({ quotaBytes: 1e6 });

describe('Redis goes away', () => {
  let redis: RedisProcess;
  let opened: ReturnType<typeof redisStore> | undefined;

  const open = (options = {}) => {
    opened = redisStore({ redis: { url: redis.url }, deadlineMs: DEADLINE_MS, ...options });
    return opened;
  };

  beforeEach(async () => {
    redis = await RedisProcess.reserve();
  });

  afterEach(async () => {
    redis.resume();
    await opened?.close();
    opened = undefined;
    await redis.kill();
  });

  it('down from the start: the first call fails in time, the breaker opens, and service begins by itself', async () => {
    const { store, bus, events } = open();
    await fails(() => store.get(tenant, id));
    await fails(() => store.ready(), 3_000);
    for (let n = 0; n < 6; n++) await fails(() => store.write(tenant, id, body, limits));
    assert.deepEqual(breakerStates(events), ['open']);
    assert.deepEqual([store.state(), bus.state()], ['down', 'down']);
    const fast = await waitedMs(() => fails(() => store.get(tenant, id)));
    assert.ok(fast < DEADLINE_MS, `an open breaker took ${fast} ms`);

    await redis.start();
    await until(() => store.state() === 'up' && bus.state() === 'up');
    await until(() => stored(store));
    await until(async () => (await store.get(tenant, id).catch(() => undefined)) !== undefined);
    assert.equal(breakerStates(events).at(-1), 'closed');
  });

  it('killed under load: nobody waits longer than the deadline, and a Redis that comes back empty is served at once', async () => {
    await redis.start();
    const { store, bus } = open();
    await until(() => isReady(store));
    await bus.follow(tenant);
    await until(() => stored(store));
    await until(() =>
      store.clear(tenant).then(
        () => true,
        () => false,
      ),
    );
    const traffic = Array.from({ length: 200 }, (_, n) =>
      waitedMs(() => settled(store.write(tenant, entryId('r', `k${n}`), body, limits))),
    );
    await redis.kill();
    const reads = Array.from({ length: 50 }, () => waitedMs(() => settled(store.get(tenant, id))));
    for (const waited of await Promise.all([...traffic, ...reads]))
      assert.ok(waited < 2 * DEADLINE_MS + SLACK_MS, `${waited} ms`);
    await until(() => bus.state() === 'down');

    await redis.start();
    await until(() => store.state() === 'up' && bus.state() === 'up');
    // The clear remembered from before must not hide what is written to the empty server.
    await until(() => stored(store));
    await until(async () => (await store.get(tenant, id).catch(() => undefined)) !== undefined);
    const client = redis.client();
    await until(() => client.status === 'ready');
    const now = await look(client, tenant);
    client.disconnect();
    assert.deepEqual([now.used, now.indexed, now.keys], [now.live, now.live, ['r:k']]);
  });

  it('stopped (SIGSTOP): calls end at the deadline, the breaker opens, and a late answer closes it', async () => {
    await redis.start();
    const { store, bus, events } = open();
    await until(() => isReady(store));
    await bus.follow(tenant);
    // A success, so that no failure of before counts among the five.
    await until(() => stored(store));
    events.length = 0;
    redis.pause();
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(breakerStates(events), []);
      const calls = Array.from({ length: 20 }, () => waitedMs(() => fails(() => store.get(tenant, id))));
      for (const waited of await Promise.all(calls)) assert.ok(waited < DEADLINE_MS + SLACK_MS, `${waited} ms`);
    }
    assert.deepEqual(breakerStates(events), ['open']);
    redis.resume();
    await until(() => store.state() === 'up');
    await until(async () => (await store.get(tenant, id).catch(() => undefined)) !== undefined);
  });

  it('stopped for longer: the bus notices by missed heartbeats', async () => {
    await redis.start();
    const { store, bus } = open();
    await until(() => isReady(store));
    await bus.follow(tenant);
    redis.pause();
    assert.ok((await waitedMs(() => until(() => bus.state() === 'down'))) < 6_000);
    redis.resume();
    await until(() => bus.state() === 'up');
  });

  it('one failure opens nothing, and half-open lets one call try', async () => {
    await redis.start();
    const { store, events } = open({ breaker: { failures: 3, halfOpenAfterMs: 300 } });
    await until(() => isReady(store));
    // A success, so that no failure of before counts among the three.
    await until(() => stored(store));
    events.length = 0;
    redis.pause();
    await fails(() => store.get(tenant, id));
    assert.deepEqual(breakerStates(events), []);
    await fails(() => store.get(tenant, id));
    await fails(() => store.get(tenant, id));
    assert.deepEqual(breakerStates(events), ['open']);
    await until(async () => {
      await fails(() => store.get(tenant, id));
      return breakerStates(events).includes('half-open');
    });
    assert.equal(breakerStates(events).at(-1), 'open');
  });

  it.each(['kill', 'pause'] as const)(
    'after a %s what found Redis away reaches it before the breaker closes',
    async (fault) => {
      await redis.start();
      const order: string[] = [];
      let refusals = 0;
      const { store } = open({
        // Late answers of earlier probes are not what is tested here.
        breaker: { failures: 2, halfOpenAfterMs: 100 },
        emit: (event: CacheEvent) => {
          if (event.type === 'breaker') order.push(event.state);
        },
        beforeClose: async (direct: Invalidations) => {
          if (refusals-- > 0) throw new Error('not yet');
          order.push('sending');
          await direct.invalidate(tenant, [{ tag: 'queued' }]);
          await direct.delete(tenant, entryId('r', 'deleted'));
          order.push('sent');
        },
      });
      await until(() => isReady(store));
      await until(() => stored(store, id, { ...body, tags: ['queued'] }));
      await until(() => stored(store, entryId('r', 'deleted')));
      order.length = 0;
      refusals = 2;
      if (fault === 'kill') await redis.kill();
      else redis.pause();
      await until(async () => {
        await settled(store.get(tenant, id));
        return order.includes('open');
      });
      if (fault === 'kill') await redis.start();
      else redis.resume();
      let first: unknown = 'nothing';
      await until(async () => {
        const found = await store.getMany(tenant, [id, entryId('r', 'deleted')]).catch(() => undefined);
        if (found && first === 'nothing') first = found;
        return store.state() === 'up';
      });
      await until(async () => {
        if (first === 'nothing') {
          first = await store.getMany(tenant, [id, entryId('r', 'deleted')]).catch(() => 'nothing');
        }
        return first !== 'nothing';
      });
      assert.deepEqual(first, [undefined, undefined]);
      const closed = order.indexOf('closed');
      assert.ok(refusals < 0 && order.indexOf('sent') >= 0 && order.indexOf('sent') < closed, order.join(' '));
    },
  );

  it('a call that waits for the first connection is served, not refused', async () => {
    await redis.start();
    const { store } = open({ deadlineMs: 60_000 });
    assert.equal(await store.get(tenant, id), undefined);
  });
});

async function settled(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) =>
    assert.ok(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE'),
  );
}

async function fails(call: () => Promise<unknown>, withinMs = DEADLINE_MS + SLACK_MS): Promise<void> {
  const waited = await waitedMs(() =>
    assert.rejects(call, (error) => error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE'),
  );
  assert.ok(waited < withinMs, `took ${waited} ms`);
}

type Store = ReturnType<typeof redisStore>['store'];

function isReady(store: Store): Promise<boolean> {
  return store.ready().then(
    () => true,
    () => false,
  );
}

/** A busy machine may keep a write of the setting waiting for longer than the deadline, which is short here. */
function stored(store: Store, of = id, what: Parameters<Store['write']>[2] = body): Promise<boolean> {
  return store.write(tenant, of, what, limits).then(
    ({ status }) => status === 'stored',
    () => false,
  );
}

function breakerStates(events: readonly { type: string; state?: string }[]) {
  return events.filter((event) => event.type === 'breaker').map((event) => event.state);
}
