import { Redis } from 'ioredis';
import { createTenantCache } from '../../src/index.js';
import { postgresTenants } from '../../src/postgres/index.js';
import { entryTarget } from '../../src/warming/targets.js';
import { countedLoads, type WarmingWorkerOptions } from './warming-job.js';

/** A process that begins a warm-up, and is killed in the midst of it. */
const options = JSON.parse(process.argv[2] as string) as WarmingWorkerOptions;
const { redisUrl, url, adminUrl, tenant, job, targets, stuckFrom } = options;

process.on('disconnect', () => process.exit());

void (async () => {
  const cache = createTenantCache({
    redis: { url: redisUrl },
    tenants: postgresTenants({ url, adminUrl }),
    redisTimeout: '5s',
    upkeep: false,
  });
  await cache.ready();
  const resource = countedLoads(new Redis(redisUrl), job, stuckFrom);
  const handle = cache.forTenant(tenant);
  const list = Array.from({ length: targets }, (_, n) => entryTarget(handle, resource, String(n)));
  cache.warming.define({ name: job, perSecond: 10_000, sources: [{ name: 'all', targets: () => list }] });
  const { id } = await cache.warming.start(job);
  process.send?.(id);
})();
