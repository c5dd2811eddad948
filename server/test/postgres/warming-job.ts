import type { Redis } from 'ioredis';
import { defineResource } from '../../src/index.js';

export interface WarmingWorkerOptions {
  readonly redisUrl: string;
  readonly url: string;
  readonly adminUrl: string;
  readonly tenant: string;
  readonly job: string;
  readonly targets: number;
  /** From this one on a load never ends. */
  readonly stuckFrom: number;
}

/** Where loads that came to their end are counted, over all processes. */
export const loadsKey = (job: string) => `test:loads:${job}`;

export function countedLoads(client: Redis, job: string, stuckFrom = Number.POSITIVE_INFINITY) {
  return defineResource('report', {
    ttl: '1h',
    load: async (key) => {
      if (Number(key) >= stuckFrom) await new Promise(() => {});
      await client.hincrby(loadsKey(job), key, 1);
      return `value of ${key}`;
    },
  });
}
