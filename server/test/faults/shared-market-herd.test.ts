import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createExchangeServer } from '../../example/src/simulator/exchange-server.js';
import { LEASE_TTL_MS } from '../../src/cache/lease-keeper.js';
import { listen, stop } from '../fakes/listen.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { testRedisUrl } from '../fakes/redis-url.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import type { MarketArgument, MarketMessage, MarketOrder } from './shared-market-worker.js';

type Done = MarketMessage & { type: 'done' };

const TENANTS = 250;
const PRICE = '/api/v3/ticker/price';

describe('a thousand tenants in four processes that ask for one price', () => {
  const server = createExchangeServer({ latencyMs: [50, 50] });
  const { control } = server;
  const name = randomBytes(6).toString('hex');
  const dataset = `market-${name}`;
  let program: WorkerProgram;
  let workers: WorkerProcess[];

  beforeAll(async () => {
    const exchange = await listen(server);
    program = await workerProgram(new URL('./shared-market-worker.ts', import.meta.url));
    workers = Array.from({ length: 4 }, (_, n) =>
      program.start({
        redis: testRedisUrl(),
        exchange,
        dataset,
        tenants: `${name}-${n}`,
      } satisfies MarketArgument),
    );
    await Promise.all(workers.map((worker) => worker.answer()));
  }, 60_000);

  afterAll(async () => {
    await Promise.all(workers.map((worker) => worker.kill()));
    program.remove();
    await stop(server);
    await redisCache({ shared: { [dataset]: {} } })
      .platform.shared(dataset)
      .clear();
    await closeRedisCaches();
  });

  it('asked the exchange for its symbols once, whoever was first', () => {
    expect(control.requestsOf('/api/v3/exchangeInfo')).toBe(1);
  });

  it.each(['BTC/USDT', 'ETH/USDT', 'SOL/USDT', 'XRP/USDT', 'ADA/USDT'])('ask the exchange once: %s', async (symbol) => {
    const before = control.requestsOf(PRICE);
    const beganMs = performance.now();
    const done = await Promise.all(workers.map((worker) => finish(worker, { symbol, tenants: TENANTS })));
    const calls = control.requestsOf(PRICE) - before;
    expect(done.flatMap(({ failed }) => failed)).toEqual([]);
    expect(new Set(done.flatMap(({ prices }) => prices)).size).toBeLessThanOrEqual(calls);
    expect(calls).toBeGreaterThan(0);
    expect(calls).toBeLessThanOrEqual(1 + leasesOverslept(beganMs));
    const sum = (of: (one: Done) => number) => done.reduce((total, one) => total + of(one), 0);
    expect([sum(({ made }) => made), sum(({ saved }) => saved)]).toEqual([calls, 4 * TENANTS - calls]);
  });

  it('ask it once more where the process that asks is killed', async () => {
    control.set({ latencyMs: [700, 700] });
    const before = control.requestsOf(PRICE);
    const beganMs = performance.now() + LEASE_TTL_MS;
    let killed: WorkerProcess | undefined;
    const outcomes = workers.map(async (worker) => {
      const first = await worker.ask<MarketMessage>({ symbol: 'DOGE/USDT', tenants: TENANTS });
      if (first.type !== 'loading') return first as Done;
      if (killed !== undefined) return finish(worker);
      killed = worker;
      await until(async () => control.requestsOf(PRICE) > before);
      await worker.kill();
      return undefined;
    });
    const done = (await Promise.all(outcomes)).filter((one) => one !== undefined);
    expect(killed).toBeDefined();
    expect(done).toHaveLength(3);
    expect(done.flatMap(({ failed }) => failed)).toEqual([]);
    const calls = control.requestsOf(PRICE) - before;
    expect(new Set(done.flatMap(({ prices }) => prices)).size).toBeLessThan(calls);
    expect(calls).toBeGreaterThanOrEqual(2);
    expect(calls).toBeLessThanOrEqual(2 + leasesOverslept(beganMs));
  });
});

/** A machine that stands still for longer than a lease is held lets somebody else ask as well. */
function leasesOverslept(beganMs: number): number {
  return Math.max(0, Math.floor((performance.now() - beganMs) / LEASE_TTL_MS));
}

/** What the process says once all its tenants are answered. */
async function finish(worker: WorkerProcess, order?: MarketOrder): Promise<Done> {
  let message = order ? await worker.ask<MarketMessage>(order) : await worker.answer<MarketMessage>();
  while (message.type !== 'done') message = await worker.answer<MarketMessage>();
  return message;
}
