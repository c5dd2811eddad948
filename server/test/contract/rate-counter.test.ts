import { setTimeout as delay } from 'node:timers/promises';
import { describe, it } from '@jest/globals';
import { LocalRateCounter } from '../../src/core/local-rate-counter.js';
import { RedisRateStore } from '../../src/l2/redis-rate-store.js';
import { rateCounterContract } from '../../src/testing/rate-counter-contract.js';
import { redisStore } from '../fakes/redis-store.js';

rateCounterContract({ describe, it }, 'memory', async () => {
  let nowMs = 0;
  return {
    counters(windowMs) {
      const counter = new LocalRateCounter(windowMs, () => nowMs);
      return [counter, counter];
    },
    windowOver: async () => {
      nowMs += 400;
    },
    close: async () => {},
  };
});

rateCounterContract({ describe, it }, 'Redis', async () => {
  const open = [redisStore(), redisStore()] as const;
  await Promise.all(open.map(({ store }) => store.ready()));
  const counterOf = ({ topology }: (typeof open)[0], windowMs: number) =>
    new RedisRateStore(topology).counter('contract', windowMs);
  return {
    counters: (windowMs) => [counterOf(open[0], windowMs), counterOf(open[1], windowMs)],
    windowOver: () => delay(410),
    close: async () => {
      await Promise.all(open.map(({ close }) => close()));
    },
  };
});
