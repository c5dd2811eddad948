import { BentoCache, bentostore } from 'bentocache';
import { memoryDriver } from 'bentocache/drivers/memory';
import { redisBusDriver, redisDriver } from 'bentocache/drivers/redis';
import { Redis } from 'ioredis';
import { RUN, TTL_MS } from '../workload.js';
import type { OpenCache, Peer } from './peer.js';

/** By reference instead of serialised: its documentation's advice where speed counts. */
/** Without serialising it is fastest, but fails where a second process writes: `undefined` is read of its serialiser. */
const serialize = process.env.BENCH_RUN !== undefined;
const memory = () => memoryDriver({ maxItems: 100_000, serialize });
const connect = (url: string) => new Redis(url, { enableAutoPipelining: true }).on('error', () => {});

type Store = ReturnType<typeof bentostore>;

async function opened(store: Store, clients: Redis[] = []): Promise<OpenCache> {
  const bento = new BentoCache({
    default: 'bench',
    stores: { bench: store },
    ttl: TTL_MS,
    prefix: `bento-${RUN}`,
    l2CircuitBreakerDuration: '30s',
  });
  return {
    get: (key) => bento.get({ key }),
    set: (key, value) => bento.set({ key, value }),
    getOrSet: (key, factory) => bento.getOrSet({ key, factory }),
    async close() {
      await bento.disconnectAll().catch(() => {});
      for (const client of clients) client.disconnect();
    },
  };
}

export const bentocache: Peer = {
  name: 'bentocache',
  memory: () => opened(bentostore().useL1Layer(memory())),
  shared(url) {
    const client = connect(url);
    return opened(bentostore().useL2Layer(redisDriver({ connection: client })), [client]);
  },
  tiered(url) {
    const client = connect(url);
    const { hostname, port } = new URL(url);
    const bus = redisBusDriver({ connection: { host: hostname, port: Number(port || 6379) } });
    const store = bentostore()
      .useL1Layer(memory())
      .useL2Layer(redisDriver({ connection: client }))
      .useBus(bus);
    return opened(store, [client]);
  },
};
