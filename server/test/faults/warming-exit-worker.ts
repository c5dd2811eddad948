import { createTenantCache } from '../../src/index.js';

/** A process that has nothing left to do but its warm-ups, one of which never ends. */
const cache = createTenantCache({ tenants: { default: { quotaBytes: 1e6 } } });
const never = { id: 'never', warm: () => new Promise<never>(() => {}) };
const quick = (n: number) => ({ id: `t${n}`, warm: async () => ({ kind: 'loaded', bytes: 1 }) as const });
const list = [never, ...Array.from({ length: 1_000 }, (_, n) => quick(n))];
cache.warming.define({
  name: 'market',
  sources: [{ name: 'all', targets: () => list }],
  schedule: '* * * * * *',
  atStart: true,
  perSecond: 10,
});

void (async () => {
  await cache.ready();
  while ((await cache.warming.runs({ page: 1, pageSize: 1 })).total === 0) await new Promise(setImmediate);
  console.log('running');
  // Only where something holds the process does this come to pass.
  setTimeout(() => process.exit(3), 5_000).unref();
})();
