import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { LocalRateCounter } from '../../src/core/local-rate-counter.js';
import { RedisRateStore } from '../../src/l2/redis-rate-store.js';
import { rateCounterContract } from '../../src/testing/rate-counter-contract.js';
import { redisStore } from '../fakes/redis-store.js';
import { testRedisUrl } from '../fakes/redis-url.js';

rateCounterContract({ describe, it }, 'memory', async () => {
  let nowMs = 0;
  return {
    counters(windowMs) {
      const counter = new LocalRateCounter(windowMs, () => nowMs);
      return [counter, counter];
    },
    pass: async (ms) => {
      nowMs += ms;
    },
    close: async () => {},
  };
});

rateCounterContract({ describe, it }, 'Redis', async () => {
  const open = [redisStore(), redisStore()] as const;
  const client = new Redis(testRedisUrl());
  const policy = `c${randomUUID().slice(0, 8)}`;
  await Promise.all(open.map(({ store }) => store.ready()));
  const counterOf = ({ topology }: (typeof open)[0], windowMs: number) =>
    new RedisRateStore(topology).counter(policy, windowMs);
  return {
    counters: (windowMs) => [counterOf(open[0], windowMs), counterOf(open[1], windowMs)],
    pass: async (ms) => {
      for (const key of await client.keys(`tenantcache:rate:${policy}:*`)) {
        const endsAtMs = await client.pexpiretime(key);
        if (endsAtMs > 0) await client.pexpireat(key, endsAtMs - ms);
      }
      // Windows are told apart by when they end, in milliseconds.
      await delay(2);
    },
    close: async () => {
      await Promise.all([...open.map(({ close }) => close()), client.quit()]);
    },
  };
});
