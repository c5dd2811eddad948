import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import type { SharedStore } from '../../src/core/contracts.js';
import { TenantCacheError } from '../../src/core/errors.js';
import { limitsOf } from '../../src/core/quota.js';
import { type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { reconcileWhole } from '../fakes/reconcile.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';
import { TcpFaultProxy } from '../faults/tcp-fault-proxy.js';

/** What can happen to the real store between and during the steps of a run. */
export interface Faults {
  /** The store does the work, and its answer is lost. */
  unanswered(store: SharedStore, call: () => Promise<unknown>): Promise<unknown>;
  flushScripts(): Promise<unknown>;
  /** Every connection of the stores is reset; resolves when they stand again. */
  cut?(): Promise<void>;
  /** The server is killed, and another begins empty. */
  restart?(): Promise<void>;
  /** Brings the account in line with what is there; resolves to how many entries it found to have expired. */
  reconcile?(tenant: TenantId): Promise<number>;
}

export interface WorldParts {
  /** Of the same server, used in turn. */
  readonly stores: readonly SharedStore[];
  readonly client: Redis;
  readonly faults: Faults;
}

export type Server = WorldParts & { close(): Promise<void> };

/** A server of its own, for others would have to load their scripts again each time; answers are lost by not listening. */
export async function calmServer(): Promise<Server> {
  const redis = await RedisProcess.reserve();
  await redis.start();
  const client = redis.client();
  const places = [0, 1].map(() => redisStore({ redis: { url: redis.url } }));
  await until(() => client.status === 'ready');
  await Promise.all(places.map(({ store }) => store.ready()));
  return {
    stores: places.map(({ store }) => store),
    client,
    faults: { unanswered: (_, call) => call(), flushScripts: () => client.script('FLUSH') },
    async close() {
      await Promise.all(places.map(({ close }) => close()));
      client.disconnect();
      await redis.kill();
    },
  };
}

/** Its two stores reach it through proxies, which break what is under way. */
export async function faultyServer(): Promise<Server> {
  const redis = await RedisProcess.reserve();
  await redis.start();
  const client = redis.client();
  const places = await Promise.all(
    [0, 1].map(async () => {
      const proxy = await TcpFaultProxy.open(redis.url, 'tenantcache:scripts');
      return { proxy, ...redisStore({ redis: { url: `redis://127.0.0.1:${proxy.port}` } }) };
    }),
  );
  const stand = async () => {
    await until(async () => (await client.ping().catch(() => '')) === 'PONG');
    await until(() => places.every(({ store }) => store.state() === 'up'));
    // What the connection asks for by itself must not be taken for an answer to a call.
    await Promise.all(places.map(({ store }) => store.ready()));
  };
  await stand();
  const warm = tenantId('warm');
  const upkeep = new RedisUpkeep((places[0] as (typeof places)[0]).topology);
  const faults: Faults = {
    async unanswered(store, call) {
      const place = places.find((each) => each.store === store);
      // A server that does not know the script would lose its refusal, and nothing would have been done.
      await store.write(
        warm,
        'r:k' as never,
        { payload: Buffer.alloc(0), ttlMs: 1e6, graceMs: 0 },
        limitsOf({ quotaBytes: 1e6 }),
      );
      place?.proxy.set('lose-answer');
      await call().then(
        () => {
          throw new Error('an answer came');
        },
        (error) => {
          if (!(error instanceof TenantCacheError && error.code === 'STORE_UNAVAILABLE')) throw error;
        },
      );
      await stand();
    },
    flushScripts: () => client.script('FLUSH'),
    async cut() {
      for (const { proxy } of places) proxy.set('cut');
      await until(() => places.every(({ store }) => store.state() === 'down'));
      await stand();
    },
    async reconcile(tenant) {
      return (await reconcileWhole(upkeep, tenant)).expiredEntries;
    },
    async restart() {
      await redis.kill();
      await until(() => places.every(({ store }) => store.state() === 'down'));
      await redis.start();
      await stand();
    },
  };
  return {
    stores: places.map(({ store }) => store),
    client,
    faults,
    async close() {
      for (const place of places) {
        await place.close();
        await place.proxy.close();
      }
      client.disconnect();
      await redis.kill();
    },
  };
}

export function newTenant(): TenantId {
  return tenantId(`model-${randomUUID()}`);
}
