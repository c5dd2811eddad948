import { describe, expect, it } from '@jest/globals';
import { TenantCounters } from '../../../src/core/counters.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { UsagePart } from '../../../src/core/usage-part.js';
import { UsageFlusher } from '../../../src/usage/usage-flusher.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';
import { oneProcess } from './counting-process.js';

const tenant = tenantId('a');

function open(intervalMs = 60_000) {
  const counters = new TenantCounters();
  counters.sinceMs = 0;
  const batches: (readonly UsagePart[])[] = [];
  const events: CacheEvent[] = [];
  const state = { down: false, nowMs: 0, gate: Promise.resolve() };
  const flusher = new UsageFlusher({
    sink: {
      async merge(parts) {
        await state.gate;
        if (state.down) throw new Error('sink away');
        batches.push(parts);
        return { lateParts: 1 };
      },
      async close() {},
    },
    ledger: new UsageLedger('epoch', intervalMs),
    tenants: () => [{ tenant, counters }],
    intervalMs,
    emit: (event) => events.push(event),
    now: () => state.nowMs,
  });
  return { batches, counters, events, flusher, state };
}

describe('UsageFlusher', () => {
  it('keeps what the sink did not take and sends it with the next flush', async () => {
    const { batches, counters, events, flusher, state } = open();
    counters.requests = 3;
    state.down = true;
    await expect(flusher.flush()).rejects.toThrow('sink away');
    state.down = false;
    counters.requests = 5;
    state.nowMs = 60_000;
    await flusher.flush();
    expect(batches[0]?.map((part) => [part.bucketStartMs, part.bucket.requests])).toEqual([[0, 5]]);
    expect(events.map((event) => event.type === 'flush' && [event.ok, event.lateParts])).toEqual([
      [false, 0],
      [true, 1],
    ]); // prettier-ignore
  });

  it('never has two merges under way', async () => {
    const { batches, counters, flusher, state } = open();
    counters.requests = 1;
    let release!: () => void;
    state.gate = new Promise((resolve) => {
      release = resolve;
    });
    const first = flusher.flush();
    const second = flusher.flush();
    expect(batches).toHaveLength(0);
    counters.requests = 2;
    release();
    await Promise.all([first, second]);
    expect(batches.map(([part]) => part?.day.requests)).toEqual([1, 2]);
  });

  it('sends what is left when it closes', async () => {
    const { batches, counters, flusher } = open();
    flusher.start();
    counters.requests = 1;
    await flusher.close();
    expect(batches[0]?.[0]?.day.requests).toBe(1);
  });

  it('flushes by itself at the end of each interval', async () => {
    const { batches, counters, flusher } = open(1_000);
    counters.requests = 1;
    flusher.start();
    const deadline = Date.now() + 5_000;
    while (batches.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await flusher.close();
    expect(batches.length).toBeGreaterThan(0);
  });
});

describe('UsageFlusher beside a journal', () => {
  it('leaves at the interval to the collector what is safe, and brings the rest', async () => {
    const { process, sink, day } = oneProcess();
    process.count('a', 3);
    await process.journaller.tick();
    process.count('b', 2);
    process.journalAway = true;
    await process.journaller.tick();
    await process.flusher.flushUnsafe();
    expect([day('a'), day('b')]).toEqual([0, 2]);
    sink.refuses = new Set();
    await process.flusher.flush();
    expect([day('a'), day('b')]).toEqual([3, 2]);
  });

  it('brings again what a journal that came back empty had, though nothing was counted since', async () => {
    const { process, day, journalData } = oneProcess();
    process.count('a', 3);
    await process.journaller.tick();
    journalData.empty();
    await process.flusher.flushUnsafe();
    expect(day('a')).toBe(3);
  });

  it('takes what it brought out of the journal once the bucket has ended, and at the end all of its own', async () => {
    const { process, journalData, pass } = oneProcess();
    process.count('a', 3);
    await process.journaller.tick();
    await process.flusher.flush();
    expect(journalData.tenants.size).toBe(1);
    pass(60_000);
    await process.journaller.tick();
    process.count('a', 1);
    await process.journaller.tick();
    await process.flusher.close();
    expect([...journalData.tenants.values()].flatMap((fields) => [...fields.keys()])).toHaveLength(1);
  });

  it('merges all but a part that the sink refuses', async () => {
    const { process, sink, day } = oneProcess();
    for (const name of ['a', 'b', 'c', 'd', 'e']) process.count(name, 1);
    sink.refuses = new Set(['c']);
    await expect(process.flusher.flush()).rejects.toThrow('refused');
    expect(['a', 'b', 'c', 'd', 'e'].map(day)).toEqual([1, 1, 0, 1, 1]);
  });

  it('closes without the sink where the journal has it all, and else says so', async () => {
    const { process, sink } = oneProcess();
    process.count('a', 1);
    sink.away = true;
    await process.journaller.close();
    await process.flusher.close();
    process.count('a', 1);
    await expect(process.flusher.close()).rejects.toThrow('away');
  });
});
