import assert from 'node:assert/strict';
import type { Redis } from 'ioredis';
import type { SharedStore } from '../../src/core/contracts.js';
import type { Limits } from '../../src/core/quota.js';
import { storedMember, storedSizeBytes } from '../../src/core/stored-size.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import { look } from '../fakes/redis-tenant.js';
import { hard, settleAll } from './accounting-outcomes.js';
import { idOf, KEYS } from './accounting-steps.js';

const MEMBERS = KEYS.map(storedMember);
const META = ['state', 'lru', 'exp', 'freq', 'tags', 'inv', 'leases'];

/** What holds after every step. */
export async function assertAgrees(client: Redis, tenant: TenantId): Promise<void> {
  const now = await look(client, tenant, MEMBERS);
  assert.equal(now.used, now.indexed, 'used is the sum of the indexed sizes');
  assert.deepEqual([...now.lru].sort(), now.exp, 'both sorted sets agree');
  const tagged = now.tagged.filter((member) => now.keys.includes(member));
  assert.deepEqual(tagged, now.carryingTags, 'the tags on file are those of the entries');
}

/** What holds once all that is dead is settled; clears the tenant, after which nothing must be left. */
export async function assertExact(store: SharedStore, client: Redis, tenant: TenantId, limits: Limits): Promise<void> {
  const now = await look(client, tenant, MEMBERS);
  assert.equal(now.used, now.live, 'used is what is there');
  assert.deepEqual(now.keys, now.exp, 'what is there is indexed');
  const visible = await store.getMany(tenant, KEYS);
  const bytes = visible.map((entry, n) => (entry ? storedSizeBytes(tenant, storedMember(idOf(n)), entry) : 0));
  const sum = bytes.reduce((total, size) => total + size, 0);
  assert.equal(now.used, sum, 'used is what can be read');
  if (hard(limits) && limits.policy !== 'reject') assert.ok(now.used <= limits.hardLimitBytes);
  await store.clear(tenant);
  await settleAll(store, tenant, limits);
  const left = await look(client, tenant, MEMBERS);
  assert.deepEqual([left.live, left.exp, left.tagged], [0, [], []]);
}

/** Whatever state the run ended in. */
export async function forget(client: Redis, tenant: TenantId): Promise<void> {
  const { keys } = await look(client, tenant, MEMBERS);
  const meta = META.map((kind) => `meta:{${tenant}}:${kind}`);
  await client.del(...meta, ...keys.map((member) => `tenant:{${tenant}}:${member}`));
}
