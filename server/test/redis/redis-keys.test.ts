import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { DATASET_PATTERN, datasetOwner, KIND_PATTERN, sharedEntry, sharedKeyOf } from '../../src/core/dataset.js';
import { entryId, RESOURCE_PATTERN } from '../../src/core/resource.js';
import { storedMember } from '../../src/core/stored-size.js';
import { TENANT_ID_PATTERN, tenantId } from '../../src/core/tenant-id.js';
import { slotOf } from '../../src/l2/cluster-slot.js';
import { buildKey, hashTagOf, META_KINDS, parseKey, tenantOfKey } from '../../src/l2/redis-keys.js';
import { RedisProcess, until } from '../fakes/redis-process.js';

const tenants = fc.stringMatching(TENANT_ID_PATTERN).map(tenantId);
const resources = fc.stringMatching(RESOURCE_PATTERN);
const keys = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'grapheme' }),
    fc.string({ minLength: 150, maxLength: 300, unit: 'grapheme' }),
    fc.string().map((text) => `~${text}`),
  )
  .filter((key) => key !== '' && Buffer.byteLength(key) <= 4096 && key.isWellFormed());

const owners = fc.tuple(fc.stringMatching(DATASET_PATTERN), fc.boolean()).map(([name, on]) => datasetOwner(name, on));
const groups = fc
  .oneof(
    fc.constantFrom('binance:BTC/USDT', 'binance:~', '~', 'a::b', 'ö:ä', `x:${'y'.repeat(126)}`),
    fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' }),
  )
  .filter((group) => /^[^{}\p{C}\p{Z}]+$/u.test(group) && !group.startsWith(':') && Buffer.byteLength(group) <= 128);
const kinds = fc.oneof(
  fc.constantFrom('price', 'ohlcv:1m:100', `k:${'z'.repeat(32)}:${'z'.repeat(32)}:${'z'.repeat(32)}`),
  fc.stringMatching(KIND_PATTERN),
);
const memberOf = (group: string, kind: string) => storedMember(entryId(...sharedEntry({ group, kind })));

describe('Redis keys', () => {
  it('parse is the inverse of build', () => {
    fc.assert(
      fc.property(tenants, resources, keys, (tenant, resource, key) => {
        const entry = { kind: 'entry', tenant, member: storedMember(entryId(resource, key)) } as const;
        assert.deepEqual(parseKey(buildKey(entry)), entry);
        for (const kind of META_KINDS) assert.deepEqual(parseKey(buildKey({ kind, tenant })), { kind, tenant });
      }),
      { numRuns: 1_000 },
    );
  });

  it('parse is the inverse of build for datasets, and what is stored under no hash tells its names', () => {
    fc.assert(
      fc.property(owners, groups, kinds, (tenant, group, kind) => {
        const entry = { kind: 'entry', tenant, member: memberOf(group, kind) } as const;
        const key = buildKey(entry);
        assert.deepEqual(parseKey(key), entry);
        if (!entry.member.includes(':~sha256:')) {
          assert.deepEqual(sharedKeyOf(entry.member), { group, kind });
          assert.equal(key, `${tenant}:{${group}}:${kind}`);
        }
        for (const meta of META_KINDS) {
          assert.deepEqual(parseKey(buildKey({ kind: meta, tenant })), { kind: meta, tenant });
          assert.equal(tenantOfKey(meta, buildKey({ kind: meta, tenant })), tenant);
        }
      }),
      { numRuns: 1_000 },
    );
  });

  it('two different entries of datasets never share a key, nor one of a dataset with one of a tenant', () => {
    const place = fc.tuple(owners, groups, kinds);
    fc.assert(
      fc.property(place, place, fc.tuple(tenants, resources, keys), ([oa, ga, ka], [ob, gb, kb], [t, r, k]) => {
        const a = buildKey({ kind: 'entry', tenant: oa, member: memberOf(ga, ka) });
        const b = buildKey({ kind: 'entry', tenant: ob, member: memberOf(gb, kb) });
        assert.equal(a === b, oa === ob && ga === gb && ka === kb);
        const own = [
          buildKey({ kind: 'entry', tenant: t, member: storedMember(entryId(r, k)) }),
          ...META_KINDS.map((kind) => buildKey({ kind, tenant: t })),
        ];
        const theirs = [a, ...META_KINDS.map((kind) => buildKey({ kind, tenant: oa }))];
        assert.equal(new Set([...own, ...theirs]).size, own.length + theirs.length);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    { kind: 'roll' },
    { kind: 'counted' },
    { kind: 'sentinel', number: 0 },
    { kind: 'sentinel', number: 4095 },
    { kind: 'leader', name: 'upkeep' },
    { kind: 'rate', policy: 'admin-reads', hash: 'AAAAAAAAAAAAAAAAAAAAA_' },
    { kind: 'settings' },
    { kind: 'wb-tenants' },
  ] as const)('parse is the inverse of build for what is no tenant’s: %j', (key) => {
    assert.match(buildKey(key), /^tenantcache:/);
    assert.deepEqual(parseKey(buildKey(key)), key);
  });

  it('two different entries never share a key, and no key is long', () => {
    const place = fc.tuple(tenants, resources, keys);
    fc.assert(
      fc.property(place, place, ([ta, ra, ka], [tb, rb, kb]) => {
        const [a, b] = [
          buildKey({ kind: 'entry', tenant: ta, member: storedMember(entryId(ra, ka)) }),
          buildKey({ kind: 'entry', tenant: tb, member: storedMember(entryId(rb, kb)) }),
        ];
        assert.equal(a === b, ta === tb && ra === rb && ka === kb);
        assert.ok(Buffer.byteLength(a) <= 10 + 64 + 64 + 1 + 200);
      }),
      { numRuns: 1_000 },
    );
  });

  it.each([
    '',
    'tenant:{}:r:k',
    'tenant:{t}:r',
    'tenant:{t}:1r:k',
    'tenant:{t}:r:',
    'tenant:{t}:r:~x',
    'tenant:{a}:{b}',
    'meta:{t}:x',
    'meta:{t}:state:x',
    'other',
    `tenant:{t}:r:${'x'.repeat(201)}`,
    'shared:market',
    'shared:market:',
    'shared:market:price',
    'shared:market:{a}',
    'shared:market:{a:',
    'shared:Market:{a}:price',
    'shared::{a}:price',
    `shared:${'m'.repeat(33)}:{a}:price`,
    '{shared:market:{a}:price',
    'shared:market}:{a}:price',
    '{shared:market}{a}:price',
    '{shared:mar}ket:{a}:price',
    'tenant:{shared:market}:{a}:price',
    'tenant:shared:market:{a}:price',
    'meta:shared:market:x',
    'meta:shared:market:{a}:price',
    'meta:{shared:market:state',
    'meta:shared:market:state:x',
  ])('parses %j as none of ours', (text) => {
    assert.equal(parseKey(text), undefined);
  });

  it('all key kinds of a tenant share one Cluster slot, and all of a dataset', async () => {
    const tenant = tenantId('some-tenant');
    const dataset = datasetOwner('market', true);
    const all = [
      ...META_KINDS.map((kind) => buildKey({ kind, tenant })),
      buildKey({ kind: 'entry', tenant, member: storedMember(entryId('r', '}{other}')) }),
    ];
    const ofDataset = [
      ...META_KINDS.map((kind) => buildKey({ kind, tenant: dataset })),
      buildKey({ kind: 'entry', tenant: dataset, member: memberOf('binance:BTC/USDT', 'price') }),
      buildKey({ kind: 'entry', tenant: dataset, member: memberOf('AAPL', 'ohlcv:1m:100') }),
    ];
    const redis = await RedisProcess.reserve();
    const dir = await mkdtemp(path.join(tmpdir(), 'tenantcache-'));
    await redis.start('--cluster-enabled', 'yes', '--dir', dir);
    const client = redis.client();
    await until(() => client.status === 'ready');
    const slots = await Promise.all(all.map((key) => client.cluster('KEYSLOT', key)));
    const slotsOfDataset = await Promise.all(ofDataset.map((key) => client.cluster('KEYSLOT', key)));
    client.disconnect();
    await redis.kill();
    await rm(dir, { recursive: true });
    assert.equal(new Set(slots).size, 1);
    assert.deepEqual([...new Set(slotsOfDataset)], [slotOf(hashTagOf(dataset))]);
  });
});
