import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { MemoryPressure, memoryInUse } from '../../../src/l1/memory-pressure.js';
import { workerProgram } from '../../fakes/worker-process.js';

const MAX_BYTES = 1_024_000;

function open() {
  const seen = { used: 0.5, bytes: MAX_BYTES, budgetBytes: MAX_BYTES, events: [] as CacheEvent[] };
  const local = {
    bytes: () => seen.bytes,
    shrink(toBytes: number) {
      seen.budgetBytes = toBytes;
      seen.bytes = Math.min(seen.bytes, toBytes);
    },
    grow(toBytes: number) {
      seen.budgetBytes = toBytes;
    },
  };
  const pressure = new MemoryPressure({
    local,
    maxBytesTotal: MAX_BYTES,
    pressureAt: 0.85,
    emit: (event) => seen.events.push(event),
    read: () => seen.used,
  });
  return { seen, pressure };
}

describe('MemoryPressure', () => {
  it('leaves L1 alone below the mark', () => {
    const { seen, pressure } = open();
    for (const used of [0.1, 0.5, 0.84]) {
      seen.used = used;
      pressure.poll();
      pressure.check();
    }
    expect([seen.budgetBytes, seen.events]).toEqual([MAX_BYTES, []]);
  });

  it('halves what L1 holds at the mark, and tells', () => {
    const { seen, pressure } = open();
    seen.bytes = MAX_BYTES / 4;
    seen.used = 0.85;
    pressure.poll();
    expect(seen.budgetBytes).toBe(MAX_BYTES / 8);
    expect(seen.events).toEqual([
      { type: 'memory-pressure', state: 'shrunk', memoryUsedRatio: 0.85, budgetBytes: MAX_BYTES / 8 },
    ]);
  });

  it('does not halve again for memory that V8 has not collected yet, but does where more is used all the same', () => {
    const { seen, pressure } = open();
    seen.used = 0.86;
    for (let poll = 0; poll < 5; poll++) pressure.poll();
    expect(seen.budgetBytes).toBe(MAX_BYTES / 2);
    seen.used = 0.9;
    pressure.check();
    expect(seen.budgetBytes).toBe(MAX_BYTES / 4);
  });

  it('gives the budget back in small steps, only when polled and only well below the mark', () => {
    const { seen, pressure } = open();
    seen.used = 0.9;
    pressure.poll();
    seen.used = 0.8;
    pressure.poll();
    seen.used = 0.7;
    pressure.check();
    expect(seen.budgetBytes).toBe(MAX_BYTES / 2);
    pressure.poll();
    expect(seen.budgetBytes).toBeGreaterThan(MAX_BYTES / 2);
    expect(seen.budgetBytes).toBeLessThan(MAX_BYTES * 0.55);
    for (let poll = 0; poll < 20; poll++) pressure.poll();
    expect(seen.budgetBytes).toBe(MAX_BYTES);
    expect(seen.events.map((event) => 'state' in event && event.state)).toEqual(['shrunk', 'recovered']);
  });

  it('stops where L1 is not what fills the memory', () => {
    const { seen, pressure } = open();
    for (let rise = 0; rise < 30; rise++) {
      seen.used = 0.86 + rise;
      pressure.check();
    }
    expect(seen.budgetBytes).toBeGreaterThanOrEqual(MAX_BYTES / 256);
    expect(seen.events.length).toBeLessThan(10);
  });

  it('reads a share of the memory of this process', () => {
    expect(memoryInUse()).toBeGreaterThan(0);
    expect(memoryInUse()).toBeLessThan(1);
  });
});

describe('a process with less memory than its L1 may fill', () => {
  let script: Awaited<ReturnType<typeof workerProgram>>;
  beforeAll(async () => {
    script = await workerProgram(new URL('./workers/full-of-entries.ts', import.meta.url));
  });
  afterAll(() => script.remove());
  const flags = ['--max-old-space-size=64'];

  it('dies of it unwatched', () => {
    const { alive, errors } = script.run(flags, 'unwatched');
    expect([alive, errors.includes('heap out of memory')]).toEqual([false, true]);
  });

  it('lives on with its pressure watched, and keeps a cache', () => {
    const { alive, output } = script.run(flags, 'watched');
    expect(alive).toBe(true);
    const { shrunk, keptBytes } = JSON.parse(output) as { shrunk: number; keptBytes: number };
    expect(shrunk).toBeGreaterThan(0);
    expect(keptBytes).toBeGreaterThan(1_000_000);
  });
});
