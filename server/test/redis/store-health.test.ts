import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { storeProblems } from '../../src/core/store-problems.js';
import { RedisUpkeep } from '../../src/l2/redis-upkeep.js';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisStore } from '../fakes/redis-store.js';

let redis: RedisProcess;
let made: ReturnType<typeof redisStore>;
let upkeep: RedisUpkeep;
let client: Redis;

beforeEach(async () => {
  redis = await RedisProcess.reserve();
  await redis.start('--maxmemory', '100mb', '--maxmemory-policy', 'volatile-lru');
  made = redisStore({ redis: { url: redis.url } });
  client = redis.client();
  upkeep = new RedisUpkeep(made.topology);
  await made.store.ready();
});
afterEach(async () => {
  client.disconnect();
  await made.close();
  await redis.kill();
});

/** Made on the server, so that no buffer of the connection counts beside it. */
const BALLAST = "return redis.call('SET', 'ballast', string.rep('x', 20971520), 'EX', 3600)";

const codes = async () => storeProblems(await upkeep.health()).map(({ code }) => code);

describe('the health of a server', () => {
  it('is what the server says now', async () => {
    const { kind, state, nodes, cluster } = await upkeep.health();
    expect([kind, state, nodes.length, cluster]).toEqual(['redis', 'up', 1, undefined]);
    const [node] = nodes;
    expect(node).toMatchObject({ node: `127.0.0.1:${redis.port}`, state: 'up', breaker: 'closed' });
    expect(node?.info).toMatchObject({
      server: expect.stringMatching(/^(redis|valkey)$/),
      version: expect.stringMatching(/^\d+\.\d+\.\d+/),
      role: 'master',
      memoryLimitBytes: 104_857_600,
      memoryPolicy: 'volatile-lru',
      slowCalls: 0,
      replicas: [],
      persistence: { rdbLastSaveOk: true, aofEnabled: false },
    });
    expect(node?.info?.memoryBytes).toBeGreaterThan(100_000);
    expect(node?.info?.clients).toBeGreaterThan(0);
  });

  it('is told by what is wrong: a policy, memory, what the server evicts', async () => {
    const used = async () => (await upkeep.health()).nodes[0]?.info?.memoryBytes ?? 0;
    expect((await codes()).filter((code) => code !== 'slow-answers')).toEqual([]);
    await client.eval(BALLAST, 0);
    await client.config('SET', 'maxmemory-policy', 'noeviction');
    await client.config('SET', 'maxmemory', Math.round((await used()) / 0.83));
    expect(await codes()).toEqual(expect.arrayContaining(['policy-refuses-writes', 'memory-high']));
    await client.config('SET', 'maxmemory', Math.round((await used()) / 0.96));
    expect(await codes()).toEqual(expect.arrayContaining(['policy-refuses-writes', 'memory-full']));
    await client.config('SET', 'maxmemory-policy', 'volatile-lru');
    await client.config('SET', 'maxmemory', 15 * 1_048_576);
    await until(async () => (await codes()).includes('server-evicts'));
    await client.config('SET', 'maxmemory', '0');
    expect(await codes()).toEqual(expect.arrayContaining(['memory-unlimited']));
  });

  it('is told of a server that is gone, in time, and again when it is back', async () => {
    await redis.kill();
    await until(async () => (await codes()).includes('node-down'));
    const { state, nodes } = await upkeep.health();
    expect([state, nodes[0]?.info, nodes[0]?.pingMs]).toEqual(['down', undefined, undefined]);
    await redis.start('--maxmemory', '100mb');
    await until(async () => (await upkeep.health()).state === 'up');
    expect((await upkeep.health()).nodes[0]?.info?.memoryPolicy).toBe('noeviction');
  });
});
