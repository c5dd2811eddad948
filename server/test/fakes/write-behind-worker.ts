import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { redisQueue } from './redis-queue.js';
import { writeBehindProcess } from './write-behind-cache.js';

/** A process that persists what is queued to lists in Redis, which stand for the source. */
const { url, source, holdMs } = JSON.parse(process.argv[2] as string) as {
  url: string;
  source: string;
  holdMs: number;
};

void redisQueue(url, { holdMs }).then(({ queue }) => {
  const client = new Redis(url);
  const { writeBehind } = writeBehindProcess(queue, {
    maxAttempts: 1_000,
    persist: async ({ tenantId, key, value }) => {
      if (Math.random() < 0.05) throw new Error('now and then');
      await delay(Math.random() * 8);
      await client.rpush(`${source}:${tenantId}:${key}`, value as number);
      await delay(Math.random() * 4);
    },
  });
  writeBehind.start();
  process.on('disconnect', () => process.exit());
  process.send?.('started');
});
