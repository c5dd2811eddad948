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

const DEADLINE_MS = 50;
/** What a busy machine may add: peers take seconds here, so half of one still tells. */
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
    const fast = await timed(() => fails(() => store.get(tenant, id)));
    assert.ok(fast < DEADLINE_MS, `an open breaker took ${fast} ms`);

    await redis.start();
    await until(() => store.state() === 'up' && bus.state() === 'up');
    assert.equal((await store.write(tenant, id, body, limits)).status, 'stored');
    assert.ok(await store.get(tenant, id));
    assert.equal(breakerStates(events).at(-1), 'closed');
  });

  it('killed under load: nobody waits longer than the deadline, and a Redis that comes back empty is served at once', async () => {
    await redis.start();
    const { store, bus } = open();
    await store.ready();
    await bus.follow(tenant);
    await store.write(tenant, id, body, limits);
    await store.clear(tenant);
    const traffic = Array.from({ length: 200 }, (_, n) =>
      timed(() => settled(store.write(tenant, entryId('r', `k${n}`), body, limits))),
    );
    await redis.kill();
    const reads = Array.from({ length: 50 }, () => timed(() => settled(store.get(tenant, id))));
    for (const tookMs of await Promise.all([...traffic, ...reads]))
      assert.ok(tookMs < 2 * DEADLINE_MS + SLACK_MS, `${tookMs} ms`);
    await until(() => bus.state() === 'down');

    await redis.start();
    await until(() => store.state() === 'up' && bus.state() === 'up');
    // The clear remembered from before must not hide what is written to the empty server.
    await store.write(tenant, id, body, limits);
    assert.ok(await store.get(tenant, id));
    const client = redis.client();
    await until(() => client.status === 'ready');
    const now = await look(client, tenant);
    client.disconnect();
    assert.deepEqual([now.used, now.indexed, now.keys], [now.live, now.live, ['r:k']]);
  });

  it('stopped (SIGSTOP): calls end at the deadline, the breaker opens, and a late answer closes it', async () => {
    await redis.start();
    const { store, bus, events } = open();
    await store.ready();
    await bus.follow(tenant);
    await store.write(tenant, id, body, limits);
    redis.pause();
    for (let round = 0; round < 5; round++) {
      assert.deepEqual(breakerStates(events), []);
      const calls = Array.from({ length: 20 }, () => timed(() => fails(() => store.get(tenant, id))));
      for (const tookMs of await Promise.all(calls)) assert.ok(tookMs < DEADLINE_MS + SLACK_MS, `${tookMs} ms`);
    }
    assert.deepEqual(breakerStates(events), ['open']);
    redis.resume();
    await until(() => store.state() === 'up', 3_000);
    assert.ok(await store.get(tenant, id));
  });

  it('stopped for longer: the bus notices by missed heartbeats', async () => {
    await redis.start();
    const { store, bus } = open();
    await store.ready();
    await bus.follow(tenant);
    redis.pause();
    await until(() => bus.state() === 'down', 6_000);
    redis.resume();
    await until(() => bus.state() === 'up', 10_000);
  });

  it('one failure opens nothing, and half-open lets one call try', async () => {
    await redis.start();
    const { store, events } = open({ breaker: { failures: 3, halfOpenAfterMs: 300 } });
    await store.ready();
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
      let refusals = 2;
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
      await store.ready();
      await store.write(tenant, id, { ...body, tags: ['queued'] }, limits);
      await store.write(tenant, entryId('r', 'deleted'), body, limits);
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
      assert.deepEqual(first === 'nothing' ? await store.getMany(tenant, [id, entryId('r', 'deleted')]) : first, [
        undefined,
        undefined,
      ]);
      const closed = order.indexOf('closed');
      assert.ok(refusals < 0 && order.indexOf('sent') >= 0 && order.indexOf('sent') < closed, order.join(' '));
    },
  );

  it('a call that waits for the first connection is served, not refused', async () => {
    await redis.start();
    const { store } = open({ deadlineMs: 2_000 });
    assert.equal(await store.get(tenant, id), undefined);
  });
});

async function settled(call: Promise<unknown>): Promise<void> {
  await call.catch((error: unknown) =>
    assert.ok(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE'),
  );
}

async function fails(call: () => Promise<unknown>, withinMs = DEADLINE_MS + SLACK_MS): Promise<void> {
  const tookMs = await timed(() =>
    assert.rejects(call, (error) => error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE'),
  );
  assert.ok(tookMs < withinMs, `took ${tookMs} ms`);
}

async function timed(call: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await call();
  return performance.now() - startMs;
}

function breakerStates(events: readonly { type: string; state?: string }[]) {
  return events.filter((event) => event.type === 'breaker').map((event) => event.state);
}
