import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { RedisProcess, until } from '../fakes/redis-process.js';
import { redisQueue } from '../fakes/redis-queue.js';
import { type WorkerProcess, type WorkerProgram, workerProgram } from '../fakes/worker-process.js';
import { writeBehindProcess } from '../fakes/write-behind-cache.js';

const HOLD_MS = 400;
const KILLS = 12;
const FEWEST_WRITES = 1_000;

describe('write-behind and kill -9', () => {
  let redis: RedisProcess;
  let client: Redis;
  let program: WorkerProgram | undefined;
  const workers: WorkerProcess[] = [];
  const closing: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    redis = await RedisProcess.reserve();
    await redis.start();
    client = redis.client();
    program = await workerProgram(new URL('../fakes/write-behind-worker.ts', import.meta.url));
  });
  afterAll(async () => {
    for (const worker of workers) await worker.kill();
    for (const close of closing) await close();
    client.disconnect();
    await redis.kill();
    program?.remove();
  });

  it('two consumers are killed at random: no acknowledged write is lost, and each key ends with its last', async () => {
    const source = `source-${randomUUID()}`;
    const argument = { url: redis.url, source, holdMs: HOLD_MS };
    const start = async () => {
      const worker = (program as WorkerProgram).start(argument);
      await worker.answer();
      return worker;
    };
    const tenants = [randomUUID(), randomUUID(), randomUUID()];
    const keys = ['a', 'b', 'c', 'd'];
    const acknowledged = new Map<string, number[]>();
    const { queue, close } = await redisQueue(redis.url, { holdMs: HOLD_MS });
    closing.push(close);
    const { write, writeBehind } = writeBehindProcess(queue, { persist: async () => {}, consume: false });
    workers.push(await start(), await start());

    let [writing, n] = [true, 0];
    const writers = tenants.flatMap((tenant) =>
      keys.map(async (key) => {
        while (writing) {
          const value = n++;
          await write(tenant, key, value);
          acknowledged.set(`${tenant}:${key}`, [...(acknowledged.get(`${tenant}:${key}`) ?? []), value]);
          await delay(20);
        }
      }),
    );
    /** What the source was brought more than once, so far. */
    const repeated = async () => {
      const names = tenants.flatMap((tenant) => keys.map((key) => `${source}:${tenant}:${key}`));
      const lists = await Promise.all(names.map((name) => client.lrange(name, 0, -1)));
      return lists.reduce((sum, list) => sum + list.length - new Set(list).size, 0);
    };
    // Until a kill came between a write and its acknowledgement: before that nothing is shown.
    for (let kills = 0; kills < KILLS || n < FEWEST_WRITES || (await repeated()) === 0; kills++) {
      await delay(Math.random() * 250);
      const victim = kills % 2;
      await (workers[victim] as WorkerProcess).kill();
      workers[victim] = await start();
    }
    writing = false;
    await Promise.all(writers);
    await until(async () => {
      const sizes = await Promise.all(tenants.map((tenant) => writeBehind.pending(tenant)));
      return sizes.every((size) => size.items === 0);
    });

    let [total, lost] = [0, 0];
    for (const [name, values] of acknowledged) {
      const seen = (await client.lrange(`${source}:${name}`, 0, -1)).map(Number);
      const persisted = new Set(seen);
      total += values.length;
      lost += values.filter((value) => !persisted.has(value)).length;
      expect(seen.at(-1)).toBe(values.at(-1));
      // What was cut off comes a second time, but nothing from before what came in between.
      expect(seen).toEqual([...seen].sort((a, b) => a - b));
    }
    expect(total).toBeGreaterThan(FEWEST_WRITES / 2);
    expect(lost).toBe(0);
    for (const tenant of tenants) {
      expect(await writeBehind.pending(tenant)).toEqual({ items: 0, deadLetters: 0, bytes: 0 });
    }
  }, 300_000);
});
