import assert from 'node:assert/strict';
import { randomInt, randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { datasetOwner, sharedEntry } from '../../src/core/dataset.js';
import { TenantCacheError } from '../../src/core/errors.js';
import { assertResourceName, entryId } from '../../src/core/resource.js';
import { prefixScope } from '../../src/core/scope.js';
import { storedMember } from '../../src/core/stored-size.js';
import { tagList } from '../../src/core/tags.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { buildKey, META_KINDS, parseKey } from '../../src/l2/redis-keys.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { Dice } from './hostile-names.js';

const ATTEMPTS = 1_000_000;
const CALLS = 4_000;
const VICTIMS = ['victim', 'other', 'A'].map(tenantId);
const ENTRIES = ['r:k', 'r:state', 'lru:k', 'exp:~', 'a:}:r:k'];

const { stackTraceLimit } = Error;

describe('attack 4: names that a tenant chooses', () => {
  // Most attempts are refused with an error; a million stack traces are no part of it.
  beforeAll(() => {
    Error.stackTraceLimit = 0;
  });

  afterAll(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it(`${ATTEMPTS.toLocaleString('en')} attempts build no key of another tenant, and every key reads back as it was built`, () => {
    const seed = randomInt(2 ** 31);
    const dice = new Dice(seed);
    const theirs = keysOfVictims();
    let built = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const raw = [dice.name(), dice.name(), dice.name()] as const;
      const key = accepted(() => {
        // Most ids are refused: the rest of the grammar is to be tried as well.
        const tenant = tenantId(dice.roll(3) === 0 ? raw[0] : `a${attempt % 97}`);
        if (VICTIMS.includes(tenant)) return undefined;
        const resource: string = dice.roll(2) === 0 ? raw[1] : dice.pick(['r', 'tenant', 'meta', 'state', 'a.b', 'A-']);
        assertResourceName(resource);
        return { kind: 'entry', tenant, member: storedMember(entryId(resource, raw[2])) } as const;
      });
      if (!key) continue;
      built++;
      const text = buildKey(key);
      const parsed = parseKey(text);
      const same = parsed?.kind === 'entry' && parsed.tenant === key.tenant && parsed.member === key.member;
      if (!same || theirs.has(text) || text.split('}', 1)[0] !== `tenant:{${key.tenant}`) {
        assert.fail(`seed ${seed}, attempt ${attempt}: ${JSON.stringify([raw, text, parsed])}`);
      }
    }
    assert.ok(built > ATTEMPTS / 10, `${built} were let through`);
  }, 300_000);

  it('a random text is a key of at most one tenant, and spelt in one way only', () => {
    const seed = randomInt(2 ** 31);
    const dice = new Dice(seed);
    let parsed = 0;
    for (let attempt = 0; attempt < ATTEMPTS / 10; attempt++) {
      const owner = dice.pick(['tenant:{a}', 'meta:{victim}', 'shared:a', '{shared:a}', 'meta:shared:a', dice.name()]);
      const text = `${owner}:${dice.pick(['r:', 'state', '', '{a}:', '{r:'])}${dice.pick([dice.name(), 'state'])}`;
      const key = parseKey(text);
      if (key === undefined) continue;
      parsed++;
      if (buildKey(key) !== text) assert.fail(`seed ${seed}, attempt ${attempt}: ${JSON.stringify(text)}`);
    }
    assert.ok(parsed > 1_000, `${parsed} were keys`);
  });
});

describe('attack 4: calls with names that a tenant chooses, on a real Redis', () => {
  let client: Redis;

  beforeAll(() => {
    client = new Redis(testRedisUrl());
  });

  afterEach(closeRedisCaches);
  afterAll(() => client.quit());

  it(`${CALLS.toLocaleString('en')} calls of a tenant neither read nor change anything of another`, async () => {
    const seed = randomInt(2 ** 31);
    const dice = new Dice(seed);
    const cache = redisCache({ tenants: { default: { quotaBytes: 60_000 } } });
    await cache.ready();
    const run = randomUUID().slice(0, 8);
    // Names that contain one another, as prefixes and globs would.
    const victims = [`v-${run}`, `v-${run}0`, `V-${run}`];
    for (const victim of victims) {
      for (const [n, name] of ENTRIES.entries()) {
        const [resource, key] = split(name);
        await cache.forTenant(victim).set(resource, key, `secret of ${victim}`, { tags: [`t${n}`, 'all'], ttl: '10m' });
      }
    }
    const before = await dumps(client, victims);
    const attackers = [`v-${run}1`, `v-${run}-`, `a-${run}`];
    await Promise.all(
      Array.from({ length: 32 }, async () => {
        for (let call = 0; call < CALLS / 32; call++) {
          const attacker = dice.pick(attackers);
          const answer = await attack(cache, dice, dice.roll(8) === 0 ? dice.name() : attacker, attacker);
          const text = JSON.stringify(answer instanceof Map ? [...answer] : answer) ?? '';
          assert.ok(!text.includes('secret'), `seed ${seed}: read ${text}`);
        }
      }),
    );
    assert.deepEqual(await dumps(client, victims), before, `seed ${seed}`);
    for (const victim of victims) {
      assert.equal((await cache.forTenant(victim).usage()).entries, ENTRIES.length);
      const { tenant, evictions } = { tenant: victim, ...cache.forTenant(victim).metrics() };
      assert.deepEqual([tenant, evictions], [victim, 0]);
    }
    for (const attacker of attackers) await cache.forTenant(attacker).clear();
  }, 300_000);
});

/** One call under a name that may be refused, else under the attacker's own. */
async function attack(
  cache: ReturnType<typeof redisCache>,
  dice: Dice,
  id: string,
  attacker: string,
): Promise<unknown> {
  const handle = accepted(() => cache.forTenant(id)) ?? cache.forTenant(attacker);
  const [resource, key] =
    dice.roll(2) === 0 ? split(dice.pick(ENTRIES)) : [dice.pick(['r', 'lru', dice.name()]), dice.name()];
  const calls: (() => Promise<unknown>)[] = [
    () => handle.get(resource, key),
    () => handle.getMany(resource, [key, 'k', dice.name()]),
    () => handle.getOrSet(resource, key, () => `of ${attacker}`, { tags: [dice.name()] }),
    () => handle.set(resource, key, 'x'.repeat(dice.roll(2_000)), { tags: ['all', dice.name()] }),
    () => handle.set(resource, key, 'x', { tags: ['all'] }),
    () => handle.delete(resource, key),
    () => handle.invalidateTags(['all', dice.name()]),
    () => handle.invalidatePrefix(resource, dice.pick(['', 'k', dice.name()])),
    () => handle.invalidateResource(resource),
    () => handle.clear(),
    () => handle.usage(),
  ];
  // One of them voids nothing, so that nothing of its own hides what it might see of others.
  return dice
    .pick(handle.tenantId.endsWith('1') ? calls.slice(0, 6) : calls)()
    .catch(refused);
}

function accepted<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    refused(error);
    return undefined;
  }
}

function refused(error: unknown): undefined {
  if (error instanceof TenantCacheError) return undefined;
  throw error;
}

function split(name: string): [resource: string, key: string] {
  const colon = name.indexOf(':');
  return [name.slice(0, colon), name.slice(colon + 1)];
}

function keysOfVictims(): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const tenant of VICTIMS) {
    for (const name of ENTRIES)
      keys.add(buildKey({ kind: 'entry', tenant, member: storedMember(entryId(...split(name))) }));
    for (const kind of META_KINDS) keys.add(buildKey({ kind, tenant }));
  }
  for (const tenant of [datasetOwner('a', false), datasetOwner('a', true)]) {
    for (const group of ['a', 'r:k', 'victim']) {
      const member = storedMember(entryId(...sharedEntry({ group, kind: 'state' })));
      keys.add(buildKey({ kind: 'entry', tenant, member }));
    }
    for (const kind of META_KINDS) keys.add(buildKey({ kind, tenant }));
  }
  return keys;
}

async function dumps(client: Redis, tenants: readonly string[]): Promise<unknown> {
  const all = tenants.flatMap((tenant) => [
    ...ENTRIES.map((name) => `tenant:{${tenant}}:${name}`),
    ...META_KINDS.map((kind) => `meta:{${tenant}}:${kind}`),
  ]);
  return Promise.all(all.map(async (key) => [key, (await client.dumpBuffer(key))?.toString('base64')]));
}

describe('attack 4: tags and prefixes', () => {
  it('are one name each, however they are written: nothing in them ends a list early', () => {
    const dice = new Dice(randomInt(2 ** 31));
    for (let n = 0; n < 100_000; n++) {
      const name = dice.name();
      const tags = accepted(() => tagList([name]));
      if (tags) assert.ok(tags.length === 1 && tags[0] === name && !name.includes('\0'));
      const scope = accepted(() => prefixScope('r', name));
      if (scope) assert.deepEqual(scope, { resource: 'r', prefix: name });
    }
  });
});
