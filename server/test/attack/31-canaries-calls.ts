import { createTenantCache, fromJwt, type TenantCache } from '../../src/index.js';
import { until } from '../fakes/redis-process.js';
import { TellingError } from './31-canaries-faults.js';
import type { Stage } from './31-canaries-stage.js';

const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Every call of a handle, with what it answers and with what it refuses. */
export async function callEverything(stage: Stage, tenant: string): Promise<void> {
  const cache = stage.cache.forTenant(tenant);
  const key = () => stage.plant('key');
  const value = () => ({ [stage.plant('field of a value')]: stage.plant('value') });
  const tags = [stage.plant('tag')];
  const known = key();
  await stage.attempt(() => cache.set('item', known, value(), { tags }));
  await stage.attempt(() => cache.get('item', known));
  await stage.attempt(() => cache.getOrSet('item', key(), value, { tags, ttl: '1m' }));
  await stage.attempt(() => cache.getMany('item', [known, key()]));
  await stage.attempt(() =>
    cache.setMany('item', [
      [key(), value()],
      [key(), value()],
    ]),
  ); // prettier-ignore
  await stage.attempt(() =>
    cache.getOrSetMany('item', [known, key()], (keys) => new Map(keys.map((k) => [k, value()]))),
  ); // prettier-ignore
  await stage.attempt(() => cache.writeThrough('item', key(), value(), async () => {}));
  await failLoads(stage, cache);
  await refuseArguments(stage, cache);
  await stage.attempt(() => cache.invalidateTags(tags));
  await stage.attempt(() => cache.invalidatePrefix('item', stage.plant('prefix')));
  await stage.attempt(() => cache.deleteMany('item', [known, key()]));
  await stage.attempt(() => cache.invalidateResource('item'));
  await stage.attempt(() => stage.cache.explainTtl(tenant, 'item', known));
  await stage.attempt(() => cache.usage());
}

async function failLoads(stage: Stage, cache: TenantCache): Promise<void> {
  const key = () => stage.plant('key of a load that fails');
  const fails = () => Promise.reject(new TellingError(stage.planted('error of a factory')));
  await stage.attempt(() => cache.getOrSet('item', key(), fails, { errorTtl: '1s' }));
  await stage.attempt(() => cache.getOrSetMany('item', [key(), key()], fails));
  await stage.attempt(() => cache.writeThrough('item', key(), stage.plant('value'), fails));
  await stage.attempt(() => cache.getOrSet('item', key(), () => tick(500), { hardTimeout: '20ms' }));
  await stage.attempt(() => cache.getOrSet('item', key(), () => undefined));
  const signal = AbortSignal.abort(new TellingError(stage.planted('reason of an abort')));
  await stage.attempt(() => cache.getOrSet('item', key(), () => tick(50), { signal }));
  const stale = key();
  const grace = { ttl: '1ms', grace: '1m' } as const;
  await stage.attempt(() => cache.getOrSet('stale', stale, () => stage.plant('stale value'), grace));
  await tick(5);
  await stage.attempt(() => cache.getOrSet('stale', stale, fails, grace));
  const refreshed = key();
  const revalidate = { ttl: '1ms', staleWhileRevalidate: '1m' } as const;
  for (let n = 0; n < 2; n++) {
    await stage.attempt(() => cache.getOrSet('stale', refreshed, () => stage.plant('value'), revalidate));
    await tick(5);
  }
  await stage.attempt(() => cache.getOrSet('stale', refreshed, fails, revalidate));
}

async function refuseArguments(stage: Stage, cache: TenantCache): Promise<void> {
  const key = () => stage.plant('key that is refused');
  const value = () => stage.plant('value that is refused');
  const wrong = (given: string): never => given as never;
  await stage.attempt(() => cache.set('item', key().repeat(300), value()));
  await stage.attempt(() => cache.set('item', `${key()}\ud800`, value()));
  await stage.attempt(() => cache.set(`no ${stage.plant('resource')}`, key(), value()));
  await stage.attempt(() => cache.set('item', key(), value(), { tags: [`${stage.plant('tag')}\n`] }));
  await stage.attempt(() => cache.set('item', key(), value(), wrong(stage.plant('value in the place of options'))));
  await stage.attempt(() => cache.getOrSet('item', key(), wrong(stage.plant('value in the place of a factory'))));
  await stage.attempt(() => cache.getMany('item', wrong(stage.plant('key in the place of keys'))));
  await stage.attempt(() => cache.setMany('item', wrong(stage.plant('value in the place of entries'))));
  await stage.attempt(() => cache.set('item', key(), () => stage.plant('value of a kind that is not stored')));
  const cycle: Record<string, unknown> = { text: value() };
  cycle[stage.plant('field of a cycle')] = cycle;
  await stage.attempt(() => cache.set('item', key(), cycle));
  await stage.attempt(() => cache.invalidatePrefix('item', wrong(`${stage.plant('prefix')}\udfff`)));
  await stage.attempt(() => stage.cache.forTenant(`${stage.plant('tenant id that is refused')}:*`));
  await stage.attempt(() => stage.cache.writeBehind?.replay('calm', [stage.plant('id of a dead letter')]));
}

/** Options that are refused, as a process prints them that cannot start. */
export async function refuseOptions(stage: Stage): Promise<void> {
  const tenants = { default: { quotaBytes: 1 } };
  const secret = (place: string) => stage.plant(`${place} that is refused`);
  const url = `redis//:${secret('URL of Redis')}@127.0.0.1`;
  await stage.attempt(() => createTenantCache({ tenants, redis: { url } }));
  await stage.attempt(() => createTenantCache({ tenants, redis: { cluster: [url] } }));
  const keys = { now: secret('encryption key') };
  await stage.attempt(() => createTenantCache({ tenants, encryption: { keys, activeKeyId: 'now' } }));
  await stage.attempt(() => fromJwt({ secret: secret('secret of tokens').slice(0, 19) }));
  await stage.attempt(() => fromJwt({ publicKey: secret('public key') }));
  await stage.attempt(() => fromJwt({ jwksUrl: `https://u:${secret('password of a JWKS URL')}@127.0.0.1/jwks` }));
}

/** A server that must not be used for quotas, which a process hears of after its start. */
export async function refuseServer(stage: Stage): Promise<void> {
  const client = stage.client();
  await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const { logger, redisOption: redis } = stage;
  const cache = createTenantCache({ tenants: { default: { quotaBytes: 1 } }, redis, logger, upkeep: false });
  await stage.attempt(() => cache.ready());
  await until(() => stage.messages.has('shared store not ready, serving without it'));
  await stage.attempt(() => cache.close());
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  client.disconnect();
}

/** Quotas are crossed, writes refused, a limit is lowered. */
export async function fillQuotas(stage: Stage): Promise<void> {
  // Nothing that compression would make small.
  const large = (bytes: number) =>
    stage.plant('large value') +
    Array.from({ length: bytes }, () => Math.floor(Math.random() * 36).toString(36)).join(''); // prettier-ignore
  for (const tenant of ['small', 'full', 'watched']) {
    const cache = stage.cache.forTenant(tenant);
    for (let n = 0; n < 30; n++) await stage.attempt(() => cache.set('item', stage.plant('key of many'), large(1_500)));
    await stage.attempt(() => cache.set('item', stage.plant('key of a large entry'), large(64_000)));
    await stage.attempt(() => cache.getOrSet('item', stage.plant('key of a large entry'), () => large(64_000)));
  }
  await stage.attempt(() => stage.cache.forTenant('gone').get('item', stage.plant('key of a suspended tenant')));
  await stage.attempt(() => stage.cache.forTenant('nobody').get('item', stage.plant('key of an unknown tenant')));
}

/** Writes that are persisted later, and some that never are. */
export async function writeBehind(stage: Stage): Promise<void> {
  const cache = stage.cache.forTenant('calm');
  const queue = stage.cache.writeBehind;
  await stage.attempt(() =>
    cache.writeBehind('order', stage.plant('key of a queued write'), stage.plant('queued value')),
  );
  stage.faults.persist = true;
  await stage.attempt(() => cache.writeBehind('order', stage.plant('key of a dead letter'), stage.plant('dead value')));
  await until(async () => Number((await queue?.deadLetters('calm'))?.length) > 0);
  stage.faults.persist = false;
  const [letter] = (await queue?.deadLetters('calm')) ?? [];
  await stage.attempt(() => queue?.deadValue('calm', letter?.id ?? ''));
  await stage.attempt(() => queue?.replay('calm', [letter?.id ?? '']));
}
