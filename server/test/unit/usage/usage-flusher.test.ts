import { describe, expect, it } from '@jest/globals';
import { TenantCounters } from '../../../src/core/counters.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { UsagePart } from '../../../src/core/usage-part.js';
import { UsageFlusher } from '../../../src/usage/usage-flusher.js';
import { UsageLedger } from '../../../src/usage/usage-ledger.js';

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
    expect(batches[0]?.map((part) => [part.bucketStartMs, part.bucket.requests])).toEqual([
      [0, 5],
      [60_000, 0],
    ]); // prettier-ignore
    expect(events.map((event) => event.type === 'flush' && event.ok)).toEqual([false, true]);
  });

  it('never has two merges under way', async () => {
    const { batches, flusher, state } = open();
    let release!: () => void;
    state.gate = new Promise((resolve) => {
      release = resolve;
    });
    const first = flusher.flush();
    const second = flusher.flush();
    expect(batches).toHaveLength(0);
    release();
    await Promise.all([first, second]);
    expect(batches).toHaveLength(2);
  });

  it('sends what is left when it closes', async () => {
    const { batches, counters, flusher } = open();
    flusher.start();
    counters.requests = 1;
    await flusher.close();
    expect(batches[0]?.[0]?.day.requests).toBe(1);
  });

  it('flushes by itself at the end of each interval', async () => {
    const { batches, flusher } = open(1_000);
    flusher.start();
    const deadline = Date.now() + 5_000;
    while (batches.length === 0 && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
    await flusher.close();
    expect(batches.length).toBeGreaterThan(0);
  });
});
