import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { BUCKETS, bucketOf, lowerBytes, upperBytes } from '../../../src/advice/reuse-buckets.js';
import { NOBODY, TrackedKeys } from '../../../src/advice/tracked-keys.js';
import { TrackedStack } from '../../../src/advice/tracked-stack.js';

describe('TrackedStack', () => {
  it('knows the bytes used since, whatever is used, freed, emptied, compacted or moved', () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant('use' as const), key: fc.nat(39), bytes: fc.nat(5_000) }),
      fc.record({ do: fc.constant('empty' as const), key: fc.nat(39), bytes: fc.constant(0) }),
      fc.record({ do: fc.constant('free' as const), key: fc.nat(39), bytes: fc.constant(0) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.nat(400), (steps, moveAt) => {
        let stack = new TrackedStack(64);
        for (let key = 0; key < 40; key++) stack.keys.add(key, key);
        let order: { key: number; bytes: number }[] = [];
        for (const [at, { do: what, key, bytes }] of steps.entries()) {
          if (at === moveAt) stack = stack.moved(128);
          if (what === 'use') {
            if (stack.full) stack.settle(() => true);
            stack.keys.sizes[key] = bytes;
            stack.use(key, 0);
            order = [...order.filter((other) => other.key !== key), { key, bytes }];
          } else if (what === 'empty') {
            stack.empty(key);
            order = order.map((other) => (other.key === key ? { key, bytes: 0 } : other));
          } else {
            stack.free(key);
            order = order.filter((other) => other.key !== key);
          }
          for (const [place, other] of order.entries()) {
            const since = order.slice(place + 1).reduce((sum, { bytes: size }) => sum + size, 0);
            if (stack.bytesSince(other.key) !== since) throw new Error(`step ${at}: ${other.key}`);
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('gives its slots back for as many uses as there are', () => {
    const stack = new TrackedStack(64);
    const owner = stack.keys.add(7, 7);
    stack.keys.sizes[owner] = 100;
    for (let use = 0; use < 10_000; use++) {
      if (stack.full) stack.settle(() => true);
      stack.use(owner, 0);
    }
    expect(stack.bytesSince(owner)).toBe(0);
  });
});

describe('TrackedKeys', () => {
  it('finds what is there and nothing else, and gives the greatest hash away', () => {
    // Few identities, so that many stand in each other's way.
    const key = fc.record({ identity: fc.integer({ min: -40, max: 40 }), hash: fc.nat(1_000_000) });
    fc.assert(
      fc.property(fc.array(key, { maxLength: 200 }), (arrivals) => {
        const keys = new TrackedKeys(16);
        const known = new Map<number, number>();
        for (const { identity, hash } of arrivals) {
          if (known.has(identity)) continue;
          if (!keys.full) keys.add(identity, hash);
          else {
            const greatest = Math.max(...known.values());
            expect(keys.hashes[keys.greatest]).toBe(greatest);
            if (hash >= greatest) continue;
            const gone = keys.identities[keys.greatest] as number;
            keys.replaceGreatest(identity, hash);
            known.delete(gone);
          }
          known.set(identity, hash);
          for (let other = -40; other <= 40; other++) {
            const owner = keys.find(other);
            expect([other, owner !== NOBODY]).toEqual([other, known.has(other)]);
            if (owner !== NOBODY) expect(keys.hashes[owner]).toBe(known.get(other));
          }
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('buckets', () => {
  it('hold each size between their bounds, eight for each doubling from 1 KiB to 1 TiB', () => {
    expect(BUCKETS).toBe(30 * 8 + 2);
    fc.assert(
      fc.property(fc.double({ min: 0, max: 2 ** 45, noNaN: true }), (bytes) => {
        const bucket = bucketOf(bytes);
        expect(bytes).toBeGreaterThanOrEqual(lowerBytes(bucket));
        expect(bytes).toBeLessThan(upperBytes(bucket));
      }),
    );
    expect([bucketOf(0), bucketOf(1_023), bucketOf(1_024), bucketOf(2 ** 40)]).toEqual([0, 0, 1, BUCKETS - 1]);
  });
});
