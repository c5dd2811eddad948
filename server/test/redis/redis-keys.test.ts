import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import { entryId, RESOURCE_PATTERN } from '../../src/core/resource.js';
import { storedMember } from '../../src/core/stored-size.js';
import { TENANT_ID_PATTERN, tenantId } from '../../src/core/tenant-id.js';
import { buildKey, META_KINDS, parseKey } from '../../src/l2/redis-keys.js';
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
  ])('parses %j as none of ours', (text) => {
    assert.equal(parseKey(text), undefined);
  });

  it('all key kinds of a tenant share one Cluster slot', async () => {
    const tenant = tenantId('some-tenant');
    const all = [
      ...META_KINDS.map((kind) => buildKey({ kind, tenant })),
      buildKey({ kind: 'entry', tenant, member: storedMember(entryId('r', '}{other}')) }),
    ];
    const redis = await RedisProcess.reserve();
    const dir = await mkdtemp(path.join(tmpdir(), 'tenantcache-'));
    await redis.start('--cluster-enabled', 'yes', '--dir', dir);
    const client = redis.client();
    await until(() => client.status === 'ready');
    const slots = await Promise.all(all.map((key) => client.cluster('KEYSLOT', key)));
    client.disconnect();
    await redis.kill();
    await rm(dir, { recursive: true });
    assert.equal(new Set(slots).size, 1);
  });
});
