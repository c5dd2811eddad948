import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createTenantCache } from '../../src/index.js';
import { postgresUsage } from '../../src/postgres/index.js';
import type { SoakOrder, SoakReport } from './usage-soak.test.js';

/** A process that serves many tenants, and looks at its own memory. */
const order = JSON.parse(process.argv[2] ?? '') as SoakOrder;
const { redisUrl, databaseUrl, adminUrl, tenants, lookEvery, usageInterval } = order;
const AT_ONCE = 64;
const KEYS = 20;
const OF_THE_MOMENT = new Set(['Timeout', 'Immediate']);
const RESOURCES = ['price', 'report', 'profile'];

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;
const cache = createTenantCache({
  redis: { url: redisUrl },
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 20_000 } },
  usage: postgresUsage({ url: databaseUrl, adminUrl }),
  usageInterval,
});
const any = (limit: number) => Math.floor(Math.random() * limit);

async function burst(): Promise<void> {
  const calls = Array.from({ length: AT_ONCE }, () => {
    const tenant = cache.forTenant(`soak-${any(tenants)}`);
    const resource = RESOURCES[any(RESOURCES.length)] as string;
    const key = `k${any(KEYS)}`;
    const dice = any(100);
    if (dice < 2) return tenant.delete(resource, key);
    if (dice < 10) return tenant.set(resource, key, 'x'.repeat(any(2_000)));
    return tenant.getOrSet(resource, key, () => ({ key, text: 'y'.repeat(any(500)) }), { ttl: '20s' });
  });
  await Promise.allSettled(calls);
}

void (async () => {
  await cache.ready();
  const looks: SoakReport['looks'][number][] = [];
  const startedMs = performance.now();
  let requests = 0;
  while (requests < order.requests) {
    await burst();
    requests += AT_ONCE;
    if (requests % lookEvery >= AT_ONCE) continue;
    await setImmediate();
    collectGarbage();
    collectGarbage();
    const handles = process.getActiveResourcesInfo().filter((kind) => !OF_THE_MOMENT.has(kind)).length;
    looks.push({ passedMs: performance.now() - startedMs, heapBytes: process.memoryUsage().heapUsed, handles });
  }
  await cache.flushUsage();
  await cache.close();
  await delay(100);
  process.send?.({ requests, looks } satisfies SoakReport);
  process.on('disconnect', () => process.exit());
})();
