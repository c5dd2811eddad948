import type { CacheEvent } from '../../src/core/events.js';
import { until } from '../fakes/redis-process.js';
import { callEverything } from './31-canaries-calls.js';
import { TellingError } from './31-canaries-faults.js';
import type { Stage } from './31-canaries-stage.js';

const happened = (stage: Stage, wanted: (event: CacheEvent) => boolean) => until(() => stage.events.some(wanted));

/** Entries that somebody else wrote over, deleted, or changed at their source. */
export async function damageEntries(stage: Stage): Promise<void> {
  const cache = stage.cache.forTenant('calm');
  const client = stage.client();
  try {
    const [broken, ghost] = [stage.plant('key of a damaged entry'), stage.plant('key of a ghost')];
    for (const key of [broken, ghost]) await cache.set('damage', key, stage.plant('value'), { l1: false });
    const found = await client.keys('tenant:{calm}:damage:*');
    if (found.length !== 2) throw new Error(`${found.length} entries are in Redis, not 2`);
    await client.set(`tenant:{calm}:damage:${broken}`, stage.plant('damaged entry'), 'KEEPTTL');
    await client.del(`tenant:{calm}:damage:${ghost}`);
    await stage.attempt(() => cache.get('damage', broken));
    await stage.attempt(() => cache.getOrSet('damage', broken, () => stage.plant('value')));
    await stage.attempt(() => stage.cache.reconcile('calm'));
    await cache.set('differs', stage.plant('key that differs'), stage.plant('value that differs'));
    const check = { tenantId: 'calm', resource: 'differs', confirmAfter: '1ms' } as const;
    const fails = () => Promise.reject(new TellingError(stage.planted('error of a source')));
    await stage.attempt(() => stage.cache.checkConsistency({ ...check, load: fails }));
    await stage.attempt(() => stage.cache.checkConsistency({ ...check, load: () => 'x', repair: 'refresh' }));
  } finally {
    client.disconnect();
  }
}

/** Redis takes another password, and every connection has to show its own again. */
export async function refusePassword(stage: Stage): Promise<void> {
  const failed = 'Redis connection failed; trying again';
  const client = stage.client();
  await client.config('SET', 'requirepass', stage.plant('password that the cache does not know'));
  stage.messages.delete(failed);
  await client.call('CLIENT', 'KILL', 'TYPE', 'normal');
  await until(() => stage.messages.has(failed));
  await callEverything(stage, 'calm');
  await client.config('SET', 'requirepass', stage.password);
  client.disconnect();
  await answers(stage);
}

/** Redis is killed, cuts connections, and is there again. */
export async function loseRedis(stage: Stage): Promise<void> {
  await stage.redis.kill();
  await callEverything(stage, 'calm');
  await happened(stage, (event) => event.type === 'breaker' && event.state === 'open');
  await stage.attempt(() => stage.cache.reconcile('calm'));
  await stage.attempt(() =>
    stage.cache.forTenant('calm').writeBehind('order', stage.plant('key'), stage.plant('value')),
  );
  await stage.redis.start();
  await stage.lock();
  await answers(stage);
  const client = stage.client();
  await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await client.config('SET', 'maxmemory', '1');
  await callEverything(stage, 'calm');
  await client.config('SET', 'maxmemory', '0');
  client.disconnect();
  await answers(stage);
}

const answers = (stage: Stage) =>
  until(async () => {
    const up = (await (await fetch(`${stage.url}/readyz`)).text()).includes('"up"');
    return up && (await stage.cache.forTenant('calm').set('item', stage.plant('key'), 1)).stored;
  });

/** Where usage rests, and who the tenants are, answer by errors that tell everything. */
export async function failApplication(stage: Stage): Promise<void> {
  await happened(stage, (event) => event.type === 'leader' && event.leading);
  stage.faults.sink = true;
  await callEverything(stage, 'calm');
  await stage.attempt(() => stage.cache.flushUsage());
  const token = await stage.token('calm');
  const get = (path: string, bearer: string) =>
    fetch(`${stage.url}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  await get('/own/usage/days', token);
  await get('/admin/tenants/calm/usage/days', stage.adminToken);
  await happened(stage, (event) => event.type === 'flush' && !event.ok);
  await happened(stage, (event) => event.type === 'collect' && !event.ok);
  await until(() => stage.messages.has('a task of the leader failed, and is tried again'));
  stage.faults.directory = true;
  await stage.attempt(() => stage.cache.forTenant('never-seen').get('item', stage.plant('key of an unknown tenant')));
  await get('/items/a', await stage.token('never-seen'));
  await get('/admin/tenants', stage.adminToken);
  await get('/admin/audit', stage.adminToken);
  stage.faults.directory = false;
}
