import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { entryId } from '../../../src/core/resource.js';
import { entryHeapBytes, heapBytes } from '../../../src/l1/heap-size.js';
import { workerProgram } from '../../fakes/worker-process.js';

describe('heapBytes', () => {
  let script: Awaited<ReturnType<typeof workerProgram>>;
  beforeAll(async () => {
    script = await workerProgram(new URL('./workers/heap-of-values.ts', import.meta.url));
  });
  afterAll(() => script.remove());

  it.each([
    'short strings',
    'long strings',
    'strings outside Latin-1',
    'small objects',
    'rows of a table',
    'lists of small integers',
    'lists of doubles',
    'candles',
    'nested JSON',
    'long lists of objects',
  ])('is within a quarter of what V8 holds for %s', (kind) => {
    const { output, errors } = script.run(['--expose-gc'], kind);
    expect(errors).toBe('');
    const { measured, ruled } = JSON.parse(output) as { measured: number; ruled: number };
    expect(ruled / measured).toBeGreaterThan(0.75);
    expect(ruled / measured).toBeLessThan(1.25);
  });

  it('ends on values without end, and looks at a bounded part of large ones', () => {
    const round: Record<string, unknown> = {};
    round.self = round;
    expect(heapBytes(round)).toBeLessThan(100_000);
    let reads = 0;
    const rows = Array.from({ length: 100_000 }, () => ({
      get id() {
        reads++;
        return 'x';
      },
    }));
    expect(heapBytes(rows)).toBeGreaterThan(3_000_000);
    expect(reads).toBeLessThan(1_000);
  });

  it('counts what lies outside the heap, and what JSON has no word for', () => {
    expect(heapBytes(Buffer.alloc(50_000))).toBeGreaterThanOrEqual(50_000);
    expect(heapBytes(new Map(Array.from({ length: 100 }, (_, key) => [key, 'x'.repeat(100)])))).toBeGreaterThan(10_000);
    expect(heapBytes(new Set(['x'.repeat(1_000)]))).toBeGreaterThan(1_000);
    expect(heapBytes([new Date(), 10n ** 100n, undefined, null, true])).toBeGreaterThan(100);
  });

  it('adds bookkeeping, the name and the tags to an entry', () => {
    const entry = { value: null, bytes: 4, freshUntilMs: 0 };
    const bare = entryHeapBytes(entryId('r', 'k'), entry);
    expect(bare).toBeGreaterThan(200);
    expect(entryHeapBytes(entryId('r', 'k'.repeat(1_000)), entry)).toBeGreaterThan(bare + 900);
    expect(entryHeapBytes(entryId('r', 'k'), { ...entry, tags: ['a', 'b'] })).toBeGreaterThan(bare + 100);
  });
});
