import { describe, expect, it } from '@jest/globals';
import request from 'supertest';
import { storeRoutes } from '../../../src/http/admin-store.js';
import { nodeInfo } from '../../../src/l2/info-fields.js';
import { AdminApp, bearer } from './admin-app.js';

const INFO = nodeInfo(
  'redis_version:7.2.0\r\nrole:master\r\nused_memory:95\r\nmaxmemory:100\r\nmaxmemory_policy:volatile-lru\r\n',
  3,
);
const ask = (fixture: AdminApp) => request(fixture.app).get('/admin/store').set(bearer('viewer'));

describe('GET /store', () => {
  it('tells every server, what is wrong and what to do, as it is described', async () => {
    const fixture = new AdminApp();
    const up = { node: 'a:1', state: 'up', breaker: 'closed', pingMs: 0.300_049_9, info: INFO } as const;
    const down = { node: 'b:1', state: 'down', breaker: 'open', pingMs: undefined, info: undefined } as const;
    const cluster = { state: 'ok', slotsAssigned: 16_384, slotsFailing: 0, knownNodes: 2 };
    fixture.storeHealth = { kind: 'cluster', state: 'down', bypassed: false, nodes: [up, down], cluster };
    const { body } = await ask(fixture).expect(200);
    expect(storeRoutes(fixture.deps)[0]?.answers[200]?.body?.safeParse(body)).toMatchObject({ success: true });
    expect(body).toMatchObject({
      verdict: 'failing',
      state: 'down',
      cluster,
      nodes: [{ pingMs: 0.3 }, { info: null }],
    });
    expect(body.nodes[0].info).toMatchObject({ memoryShare: 0.95, slowCalls: 3, version: '7.2.0' });
    expect(body.problems.map(({ code, node }: { code: string; node: string }) => [code, node])).toEqual([
      ['memory-full', 'a:1'],
      ['node-down', 'b:1'],
    ]);
  });

  it('asks the servers once for all who ask at a time', async () => {
    const fixture = new AdminApp();
    let asked = 0;
    const health = fixture.storeHealth;
    const [route] = storeRoutes({
      ...fixture.deps,
      storeHealth: async () => {
        asked++;
        await new Promise(setImmediate);
        return health;
      },
    });
    const look = () => route?.handle({ res: { json: () => {} } } as never);
    await Promise.all([look(), look(), look()]);
    expect(asked).toBe(1);
    await look();
    expect(asked).toBe(2);
  });

  it('is healthy where nothing is wrong', async () => {
    const { body } = await ask(new AdminApp()).expect(200);
    expect(body).toMatchObject({
      verdict: 'healthy',
      kind: 'memory',
      state: 'up',
      problems: [],
      nodes: [],
      cluster: null,
    });
  });
});
