import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { limitsOf } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { buildKey } from '../../src/l2/redis-keys.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

const limits = limitsOf({ quotaBytes: 1e6 });
const body = { payload: Buffer.from('v'), ttlMs: 60_000, graceMs: 0 };
const bounds = { maxBytes: 1e6, maxItems: 1e3, coalesce: false };
const id = entryId('r', 'k');
/** By more than this a server is behind the one that it takes over from. */
const LAG_MS = 300;

/** What a replica that takes over knows may be of a moment ago. */
describe('a server that lacks what was counted last', () => {
  const made = redisStore();
  let client: Redis;

  beforeAll(async () => {
    client = new Redis(testRedisUrl());
    await made.store.ready();
  });
  afterAll(() => Promise.all([made.close(), client.quit()]));

  it('gives no sequence of an entry twice', async () => {
    const tenant = tenantId(randomUUID());
    const state = buildKey({ kind: 'state', tenant });
    await made.store.write(tenant, id, body, limits);
    const before = (await client.hgetBuffer(state, 'a')) as Buffer;
    let last = 0;
    for (let write = 0; write < 20; write++) {
      last = (await made.store.write(tenant, id, body, limits)).sequence;
    }
    const answer = await made.store.lease(tenant, entryId('r', 'other'), { seenSequence: 0, ttlMs: 60_000 });
    last = Math.max(last, answer.kind === 'granted' ? answer.lease.sequence : 0);
    await client.hset(state, 'a', before);
    await delay(LAG_MS);
    const again = await made.store.lease(tenant, entryId('r', 'third'), { seenSequence: 0, ttlMs: 60_000 });
    expect(again.kind === 'granted' && again.lease.sequence).toBeGreaterThan(last);
  });

  it('gives no number of a queued write twice', async () => {
    const tenant = tenantId(randomUUID());
    const first = await made.queue.append(tenant, id, Buffer.from('1'), bounds);
    const second = await made.queue.append(tenant, id, Buffer.from('2'), bounds);
    const numberOf = (answer: typeof first) => (answer.kind === 'queued' ? answer.sequence : 0);
    const stream = buildKey({ kind: 'wb', tenant });
    await client.xdel(stream, `${numberOf(second)}-0`);
    await client.call('XSETID', stream, `${numberOf(first)}-0`);
    await client.hset(buildKey({ kind: 'wb-state', tenant }), 'seq', numberOf(first));
    await delay(LAG_MS);
    const third = await made.queue.append(tenant, id, Buffer.from('3'), bounds);
    expect(numberOf(third)).toBeGreaterThan(numberOf(second));
    await client.del(
      stream,
      ...(['wb-state', 'wb-newest', 'wb-values', 'wb-open'] as const).map((kind) => buildKey({ kind, tenant })),
    );
  });
});
