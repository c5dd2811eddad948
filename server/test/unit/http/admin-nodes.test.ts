import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import type { StoreNode } from '../../../src/core/upkeep.js';
import { nodeRoutes } from '../../../src/http/admin-nodes.js';
import { AdminApp, bearer } from './admin-app.js';

const UP: StoreNode = {
  node: '10.0.0.1:6379',
  state: 'up',
  replicas: 1,
  slots: [[0, 5460]],
  memoryBytes: 2_000_000,
  memoryLimitBytes: 4_000_000,
  serverEvictions: 0,
  tenants: 2,
  usedBytes: 4_096,
};
const DOWN: StoreNode = {
  ...UP,
  node: '10.0.0.2:6379',
  state: 'down',
  slots: [[5461, 16_383]],
  replicas: undefined,
  memoryBytes: undefined,
  memoryLimitBytes: undefined,
  serverEvictions: undefined,
  tenants: undefined,
  usedBytes: undefined,
};

describe('GET /nodes', () => {
  it('tells every server, with null for what is not known', async () => {
    const fixture = new AdminApp();
    fixture.storeNodes = [UP, DOWN];
    const { body } = await request(fixture.app).get('/admin/nodes').set(bearer('viewer')).expect(200);
    const unknown = { replicas: null, memoryBytes: null, memoryLimitBytes: null, serverEvictions: null };
    const uncounted = { tenants: null, usedBytes: null };
    expect(body).toEqual({ items: [UP, { ...DOWN, ...unknown, ...uncounted }], asOf: expect.any(String) });
  });

  it('counts once for all who ask at a time, and anew for the next', async () => {
    const fixture = new AdminApp();
    const route = nodeRoutes(fixture.deps).find(({ path }) => path === '/nodes');
    const answers: unknown[] = [];
    const ask = () =>
      route?.handle({ req: { query: {} }, res: { json: (body: unknown) => answers.push(body) } } as never);
    await Promise.all([ask(), ask(), ask()]);
    expect([answers.length, fixture.nodesAsked]).toEqual([3, 1]);
    await ask();
    expect(fixture.nodesAsked).toBe(2);
  });

  it('is 503 where the store does not answer, and answers again afterwards', async () => {
    const fixture = new AdminApp();
    fixture.storeError = 'STORE_UNAVAILABLE';
    for (const path of ['/admin/nodes', '/admin/tenants/acme/placement']) {
      const { body } = await request(fixture.app).get(path).set(bearer('viewer')).expect(503);
      expect(body.code).toBe('STORE_UNAVAILABLE');
    }
    fixture.storeError = undefined;
    await request(fixture.app).get('/admin/nodes').set(bearer('viewer')).expect(200);
  });
});

describe('GET /tenants/:tenantId/placement', () => {
  it('tells slot, node and what is counted there', async () => {
    const fixture = new AdminApp();
    fixture.used.set('acme', { usedBytes: 1_024, entries: 3 });
    const { body } = await request(fixture.app).get('/admin/tenants/acme/placement').set(bearer('viewer')).expect(200);
    const { asOf, ...rest } = body;
    expect(rest).toEqual({ tenantId: 'acme', slot: 5, node: '10.0.0.1:6379', usedBytes: 1_024, entries: 3 });
    expect(Date.parse(asOf)).not.toBeNaN();
  });
});
