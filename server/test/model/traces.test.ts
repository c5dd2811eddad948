import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { afterAll, describe, it } from '@jest/globals';
import { entryId } from '../../src/core/resource.js';
import { storedMember, storedSizeBytes } from '../../src/core/stored-size.js';
import { tenantId } from '../../src/core/tenant-id.js';
import { closeRedisCaches, redisCache } from '../fakes/redis-caches.js';
import { until } from '../fakes/redis-process.js';
import { REFERENCES, type ReplayRequest } from '../fakes/reference-evictions.js';
import { loadTraces, type Trace } from '../fakes/traces.js';

/** Requests of each trace; `all` replays them to their ends, which takes an hour. */
const length = process.env.TRACE_REQUESTS ?? '10000';
const MAX_REQUESTS = length === 'all' ? Number.POSITIVE_INFINITY : Number(length);
const WITHIN_POINTS = 0.5;
/** Of the bytes of all that the trace asks for. */
const QUOTA_SHARES = [0.05, 0.12, 0.3];
const POLICIES = ['lru', 'lfu', 'hybrid', 'ttl'] as const;
/** Longer than a replay, so that which of two entries expires first does not hang on when they were written. */
const TTL_STEP_S = 1_200;
const KIND = 'r';

const { recorded, traces } = loadTraces(MAX_REQUESTS);

describe(`hit ratio of a tenant that is replayed ${recorded ? 'the recorded traces' : 'Zipf keys: no recordings are there'}`, () => {
  afterAll(closeRedisCaches);

  describe.each(traces)('$name', (trace) => {
    it.each(QUOTA_SHARES)(
      `is within ${WITHIN_POINTS} points of each policy's reference where the quota is %d of its bytes`,
      async (share) => {
        const suffix = randomUUID();
        const requests = measured(trace, `trace-lru-${suffix}`);
        const quotaBytes = quota(requests, share);
        const settings = (policy: string) => ({ quotaBytes, policy, enforcement: 'hard' }) as const;
        const ids = POLICIES.map((policy) => `trace-${policy.padEnd(6, '-').slice(0, 3)}-${suffix}`);
        /** Of the store; what met one is asked again, or a machine that stands still would be taken for misses. */
        let troubles = 0;
        const cache = redisCache({
          observers: [({ type }) => void ((type === 'store-error' || type === 'breaker') && troubles++)],
          l1: false,
          compression: false,
          tenants: {
            default: { quotaBytes },
            static: Object.fromEntries(ids.map((id, n) => [id, settings(POLICIES[n] as string)])),
          } as never,
        });
        const ready = () =>
          cache.ready().then(
            () => true,
            () => false,
          );
        const answered = async <T>(call: () => Promise<T>): Promise<T> => {
          for (;;) {
            const before = troubles;
            const answer = await call();
            if (troubles === before) return answer;
            await until(ready);
          }
        };
        const ratios = await Promise.all(
          ids.map(async (id) => {
            const tenant = cache.forTenant(id);
            let hits = 0;
            for (const [at, { key, ttlS }] of requests.entries()) {
              if ((await answered(() => tenant.get(KIND, key))) !== undefined) hits++;
              else {
                const value = 'x'.repeat((trace.requests[at] as { bytes: number }).bytes);
                await answered(() => tenant.set(KIND, key, value, { ttl: ttlS * 1_000 }).catch(tooLarge));
              }
            }
            await tenant.clear();
            await tenant.usage();
            return (hits / requests.length) * 100;
          }),
        );
        const full = REFERENCES['lru-full'](requests, quotaBytes);
        const expected = POLICIES.map((policy) => REFERENCES[policy](requests, quotaBytes));
        const row = POLICIES.map(
          (policy, n) => `${policy} ${ratios[n]?.toFixed(2)} (reference ${expected[n]?.toFixed(2)})`,
        ).join(', ');
        console.info(
          `${trace.name}, ${requests.length} requests, ${quotaBytes} bytes: ${row}, full LRU ${full.toFixed(2)}`,
        );
        for (const [n, ratio] of ratios.entries()) {
          assert.ok(Math.abs(ratio - (expected[n] as number)) <= WITHIN_POINTS, row);
        }
        // Evicting a tenth at a time costs no more than that either.
        if (recorded) assert.ok(Math.abs((ratios[0] as number) - full) <= WITHIN_POINTS, `full LRU ${full}, ${row}`);
      },
      Math.max(600_000, trace.requests.length * 60),
    );
  });
});

/** Requests with the sizes that the quota counts, and a time to live that mixes age with kind. */
function measured({ requests }: Trace, id: string): ReplayRequest[] {
  const tenant = tenantId(id);
  return requests.map(({ key, bytes }, at) => {
    const payload = Buffer.alloc(bytes + 2);
    const sizeBytes = storedSizeBytes(tenant, storedMember(entryId(KIND, key)), { payload, graceMs: 0 });
    return { key, sizeBytes, ttlS: (1 + at + ((key.length * 7919 + Number(`0x${hex(key)}`)) % 1_000)) * TTL_STEP_S };
  });
}

function hex(key: string): string {
  return Buffer.from(key.slice(-3)).toString('hex');
}

function quota(requests: readonly ReplayRequest[], share: number): number {
  const sizes = new Map(requests.map(({ key, sizeBytes }) => [key, sizeBytes]));
  return Math.round([...sizes.values()].reduce((sum, size) => sum + size, 0) * share);
}

function tooLarge(error: unknown): void {
  assert.equal((error as { name?: string }).name, 'QuotaExceededError');
}
