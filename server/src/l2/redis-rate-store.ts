import { createHash, createHmac } from 'node:crypto';
import { type RedisReply, RedisStore, type SendCommandClusterDetails } from 'rate-limit-redis';
import type { RateCounter, RateRequest, RateReservation, RateStore } from '../core/rate-limit.js';
import { buildKey } from './redis-keys.js';
import type { RedisTopology } from './redis-topology.js';

/**
 * Rates over all processes: rate-limit-redis on the cache's own connections, under its deadline and breaker, so that
 * nobody waits for a Redis that is gone.
 */
export class RedisRateStore implements RateStore {
  readonly #topology: RedisTopology;

  constructor(topology: RedisTopology) {
    this.#topology = topology;
  }

  counter(policy: string, windowMs: number): RateCounter {
    const scripts = new Map<string, string>();
    const store = new RedisStore({ prefix: '', sendCommandCluster: (details) => this.#send(details, scripts) });
    // Both scripts are answered from here, so nothing can fail.
    void store.init({ windowMs } as Parameters<RedisStore['init']>[0]);
    const keyOf = (key: string) => buildKey({ kind: 'rate', policy, hash: hashOf(policy, key) });
    return {
      increment: async (key) => {
        const { totalHits, resetTime } = await store.increment(keyOf(key));
        return { used: totalHits, resetsInMs: Math.max(0, (resetTime?.getTime() ?? 0) - Date.now()) };
      },
      reserve: (key, request) => this.#reserve(keyOf(key), windowMs, request),
    };
  }

  async #reserve(key: string, windowMs: number, { limit, least, most }: RateRequest): Promise<RateReservation> {
    const [reserved, left, resetsInMs, window] = (await this.#topology.script(
      this.#topology.laneOfKey(key),
      (scripts) => scripts.run('rate-reserve', [key], [limit, least, most, windowMs]),
    )) as [number, number, number, number];
    return { reserved, left, resetsInMs, window };
  }

  /** A script is kept here and sent in full where a server does not know it: after a restart or a failover, too. */
  async #send({ key, command }: SendCommandClusterDetails, scripts: Map<string, string>): Promise<RedisReply> {
    const [name = '', second = '', ...rest] = command;
    if (name === 'SCRIPT') return keep(rest[0] ?? '', scripts);
    const lane = this.#topology.laneOfKey(key ?? '');
    return this.#topology.script(lane, async (_scripts, { connections: { scripts: client } }) => {
      try {
        return (await client.call(name, second, ...rest)) as RedisReply;
      } catch (error) {
        const lua = scripts.get(second);
        if (lua === undefined || !(error instanceof Error && error.message.startsWith('NOSCRIPT'))) throw error;
        return (await client.call('EVAL', lua, ...rest)) as RedisReply;
      }
    });
  }
}

function keep(lua: string, scripts: Map<string, string>): string {
  const sha1 = createHash('sha1').update(lua).digest('hex');
  scripts.set(sha1, lua);
  return sha1;
}

/** Who is counted is in no key of Redis, nor in its slow log: 128 bits of an HMAC stand for it. */
function hashOf(policy: string, key: string): string {
  return createHmac('sha256', `tenantcache rate ${policy}`).update(key).digest().subarray(0, 16).toString('base64url');
}
