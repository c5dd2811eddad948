import assert from 'node:assert/strict';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { datasetOwner, sharedEntry } from '../../src/core/dataset.js';
import { entryId, RESOURCE_PATTERN } from '../../src/core/resource.js';
import { storedMember } from '../../src/core/stored-size.js';
import { TENANT_ID_PATTERN, type TenantId, tenantId } from '../../src/core/tenant-id.js';
import { buildKey, hashTagOf, META_KINDS, parseKey } from '../../src/l2/redis-keys.js';
import { testClusterAddresses } from '../fakes/cluster-addresses.js';

/** Keys that try to end the braces early, to open others, or to look like another kind. */
const HOSTILE = [
  '{}',
  '}{',
  '{x}',
  '}:r:{y}',
  ':{',
  '\u0000{a}',
  '{'.repeat(300),
  'a}'.repeat(120),
  '~sha256:{}',
  '%7Bx%7D',
];

const keysOf = (tenant: TenantId, resource: string, keys: readonly string[]): string[] => [
  ...META_KINDS.map((kind) => buildKey({ kind, tenant })),
  ...keys.map((key) => buildKey({ kind: 'entry', tenant, member: storedMember(entryId(resource, key)) })),
];

describe('attack 3: whatever a tenant stores is in one slot, as the Cluster itself counts', () => {
  let client: Redis;

  beforeAll(() => {
    client = new Redis(`redis://${testClusterAddresses()[0]}`);
  });
  afterAll(() => client.disconnect());

  const slotsOf = (keys: readonly string[]) =>
    Promise.all(keys.map((key) => client.cluster('KEYSLOT', key) as Promise<number>));

  it('every kind of its bookkeeping, its channel and its entries, with keys that try to leave', async () => {
    const tenant = tenantId('acme');
    expect(new Set(await slotsOf(keysOf(tenant, 'prices', HOSTILE))).size).toBe(1);
  });

  it('for any tenant, resource and key', async () => {
    const names = fc.record({
      tenant: fc.stringMatching(TENANT_ID_PATTERN).map(tenantId),
      resource: fc.stringMatching(RESOURCE_PATTERN),
      key: fc
        .oneof(
          fc.constantFrom(...HOSTILE),
          fc.string({ minLength: 1, maxLength: 300, unit: fc.constantFrom('{', '}', ':', 'a', '\u00e9') }),
        )
        .filter((key) => Buffer.byteLength(key) <= 4096),
    });
    await fc.assert(
      fc.asyncProperty(names, async ({ tenant, resource, key }) => {
        const [first, ...others] = await slotsOf(keysOf(tenant, resource, [key]));
        assert.equal(first, await client.cluster('KEYSLOT', tenant));
        assert.deepEqual(new Set(others), new Set([first]));
      }),
      { numRuns: 300 },
    );
  });

  // The grammar is what holds them together: a tenant that could be spelt with braces would be cut by them.
  it.each(['', '{}', '}', '{', 'a}b', '{a}', 'a}:r:x', 'a{b}'])('no tenant can be called %j', async (id) => {
    expect(() => tenantId(id)).toThrow(expect.objectContaining({ code: 'TENANT_INVALID' }));
    expect(parseKey(`meta:{${id}}:state`)).toBeUndefined();
  });

  it('and so is what the platform keeps in a dataset, whose groups have braces of their own', async () => {
    const owner = datasetOwner('market', true);
    const entries = ['binance:BTC/USDT', 'AAPL', 'shared:market', '~'].map((group) => {
      const member = storedMember(entryId(...sharedEntry({ group, kind: 'price' })));
      return buildKey({ kind: 'entry', tenant: owner, member });
    });
    const slots = await slotsOf([...META_KINDS.map((kind) => buildKey({ kind, tenant: owner })), ...entries]);
    expect(new Set(slots)).toEqual(new Set(await slotsOf([hashTagOf(owner)])));
  });

  it('and the tenants are spread over all masters', async () => {
    const slots = await slotsOf(
      Array.from({ length: 300 }, (_, n) => buildKey({ kind: 'state', tenant: tenantId(`t${n}`) })),
    );
    const thirds = [0, 1, 2].map((third) => slots.filter((slot) => Math.floor((slot * 3) / 16_384) === third).length);
    for (const count of thirds) expect(count).toBeGreaterThan(50);
  });
});
