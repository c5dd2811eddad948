import { setTimeout as delay } from 'node:timers/promises';
import { createTenantCache } from '../../src/index.js';
import { postgresUsage } from '../../src/postgres/index.js';
import { TruthFile, type TruthWorkerArgument } from './usage-truth-record.js';

/** A process that serves tenants and writes down what each request came to, until it is killed or asked to stop. */
const { redisUrl, databaseUrl, adminUrl, file, tenants } = JSON.parse(process.argv[2] ?? '') as TruthWorkerArgument;
const CALLERS = 4;
const PAUSE_MS = 3;
const KEYS = 4;

const truth = new TruthFile(file);
const cache = createTenantCache({
  redis: { url: redisUrl },
  redisTimeout: '5s',
  tenants: { default: { quotaBytes: 1e8 } },
  usage: postgresUsage({ url: databaseUrl, adminUrl }),
  usageInterval: '1s',
  observers: [
    (event) => {
      if (event.type === 'journal' && event.ok) truth.note('journalled', 0, Date.now() - event.durationMs - 1);
    },
  ],
});
const any = (limit: number) => Math.floor(Math.random() * limit);
let made = 0;
let running = true;

/** Whether it was answered by the cache is seen by whether anything was loaded. */
async function request(tenant: number, key: string, mayLoad = true): Promise<void> {
  const handle = cache.forTenant(tenants[tenant] as string);
  let loaded = false;
  const load = () => {
    loaded = true;
    return { of: key };
  };
  truth.note('begun', tenant);
  const found = await (mayLoad ? handle.getOrSet('r', key, load) : handle.get('r', key));
  truth.note(loaded || found === undefined ? 'miss' : 'hit', tenant);
}

/** Its keys are its own: who waits for the load of another is neither answered by the cache nor loads. */
async function caller(name: number): Promise<void> {
  while (running) {
    const tenant = any(tenants.length - 1);
    const dice = any(10);
    if (dice === 0) await request(tenant, `${process.pid}-new-${made++}`);
    else if (dice === 1) await request(tenant, `${process.pid}-none-${made++}`, false);
    else await request(tenant, `${process.pid}-${name}-${any(KEYS)}`);
    await delay(PAUSE_MS);
  }
}

void (async () => {
  await cache.ready();
  await request(tenants.length - 1, 'own');
  const work = Promise.all(Array.from({ length: CALLERS }, (_, name) => caller(name)));
  process.send?.('at work');
  process.on('message', async () => {
    running = false;
    await work;
    await cache.close();
    truth.close();
    process.send?.('closed');
  });
  process.on('disconnect', () => process.exit());
})();
