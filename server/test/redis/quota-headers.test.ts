import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from '@jest/globals';
import express from 'express';
import express4 from 'express4';
import request from 'supertest';
import type { Enforcement, EvictionPolicy } from '../../src/core/quota.js';
import { problemHandler } from '../../src/index.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';

const QUOTA = 20_000;
/** As counted, a little over: three of them are above the quota. */
const VALUE = 'x'.repeat(7_000);
afterAll(closeRedisCaches);

/** An application over real Redis, of a tenant of its own. */
function app(enforcement: Enforcement, policy: EvictionPolicy, create: typeof express, overage = 0) {
  const id = `t-${randomUUID()}`;
  const settings = { quotaBytes: QUOTA, overageAllowed: overage > 0, overageLimitBytes: overage, policy, enforcement };
  const cache = redisCache({ tenants: { static: { [id]: settings } }, compression: false });
  const made = create();
  made.use(cache.middleware({ tenant: () => id }));
  made.get('/read/:key', (req, res, next) => {
    req.tenantCache.getOrSet('r', req.params.key, async () => VALUE).then((value) => res.send(value), next);
  });
  made.put('/write/:key', (req, res, next) => {
    req.tenantCache.set('r', req.params.key, VALUE).then(({ stored }) => res.json({ stored }), next);
  });
  made.put('/huge', (req, res, next) => {
    req.tenantCache.set('r', 'huge', 'x'.repeat(100_000)).then(({ stored }) => res.json({ stored }), next);
  });
  made.get('/huge', (req, res, next) => {
    req.tenantCache.getOrSet('r', 'huge', async () => 'x'.repeat(100_000)).then((value) => res.send(value), next);
  });
  made.use(problemHandler());
  const headersOf = ({ headers }: request.Response) => ({
    used: Number(headers['x-cache-quota-used']),
    limit: headers['x-cache-quota-limit'],
    exceeded: headers['x-cache-quota-exceeded'],
  });
  return {
    read: async (key: string) => headersOf(await request(made).get(`/read/${key}`).expect(200, VALUE)),
    async write(key: string, status = 200) {
      const answer = await request(made).put(`/write/${key}`).expect(status);
      return { ...headersOf(answer), stored: answer.body.stored, code: answer.body.code };
    },
    async writeHuge(status: number) {
      const answer = await request(made).put('/huge').expect(status);
      return { ...headersOf(answer), stored: answer.body.stored, code: answer.body.code };
    },
    readHuge: async () => headersOf(await request(made).get('/huge').expect(200)),
  };
}

const versions: [string, typeof express][] = [
  ['Express 4', express4 as unknown as typeof express],
  ['Express 5', express],
];

describe.each(versions)('%s: the quota headers of real requests', (_name, create) => {
  it.each(['hard', 'soft'] as const)(
    '%s evicts, stores and stays within the limit: nothing is exceeded',
    async (enforcement) => {
      const { read, write } = app(enforcement, 'lru', create);
      const first = await write('1');
      expect(first).toMatchObject({ stored: true, limit: String(QUOTA), exceeded: undefined });
      expect(first.used).toBeGreaterThan(7_000);
      await write('2');
      for (const key of ['3', '4', '5']) {
        const { used, exceeded, stored } = await write(key);
        expect([used <= QUOTA, exceeded, stored]).toEqual([true, undefined, true]);
      }
      expect((await read('6')).used).toBeLessThanOrEqual(QUOTA);
    },
  );

  it('hard refuses a write that can never fit with 413, and flags it; a read of it never fails', async () => {
    const { writeHuge, readHuge, read } = app('hard', 'lru', create);
    expect(await writeHuge(413)).toMatchObject({ code: 'ENTRY_TOO_LARGE', exceeded: 'true', used: 0 });
    expect(await readHuge()).toMatchObject({ exceeded: 'true', used: 0 });
    expect(await read('1')).toMatchObject({ exceeded: undefined });
  });

  it('hard with the policy reject refuses a write that does not fit with 507, and flags it; reads go on', async () => {
    const { write, read } = app('hard', 'reject', create);
    await write('1');
    await write('2');
    expect(await write('3', 507)).toMatchObject({ code: 'QUOTA_EXCEEDED', exceeded: 'true' });
    expect(await read('4')).toMatchObject({ exceeded: 'true', limit: String(QUOTA) });
    expect(await read('1')).toMatchObject({ exceeded: undefined });
  });

  it('soft never refuses: what cannot fit is not stored, and flagged', async () => {
    const { write, writeHuge } = app('soft', 'reject', create);
    await write('1');
    await write('2');
    expect(await write('3')).toMatchObject({ stored: false, exceeded: 'true' });
    expect(await writeHuge(200)).toMatchObject({ stored: false, exceeded: 'true' });
  });

  it('hard with overage is flagged between the quota and the limit in force', async () => {
    const { write, read } = app('hard', 'lru', create, QUOTA);
    await write('1');
    expect(await write('2')).toMatchObject({ exceeded: undefined });
    const third = await write('3');
    expect(third).toMatchObject({ stored: true, exceeded: 'true', limit: String(QUOTA) });
    expect(third.used).toBeGreaterThan(QUOTA);
    expect(await read('1')).toMatchObject({ exceeded: 'true' });
  });

  it('observe stores all of it, and reports as if it were enforced', async () => {
    const { write, read } = app('observe', 'lru', create);
    for (const key of ['1', '2']) expect(await write(key)).toMatchObject({ stored: true, exceeded: undefined });
    expect(await write('3')).toMatchObject({ stored: true, exceeded: 'true' });
    const fourth = await write('4');
    expect(fourth).toMatchObject({ stored: true, exceeded: 'true' });
    expect(fourth.used).toBeGreaterThan(QUOTA);
    expect(await read('1')).toMatchObject({ exceeded: 'true' });
  });

  it('off knows no quota: nothing is flagged or refused', async () => {
    const { write, writeHuge, read } = app('off', 'lru', create);
    for (const key of ['1', '2', '3', '4'])
      expect(await write(key)).toMatchObject({ stored: true, exceeded: undefined });
    expect(await writeHuge(200)).toMatchObject({ stored: true, exceeded: undefined });
    expect((await read('1')).used).toBeGreaterThan(QUOTA);
  });
});
