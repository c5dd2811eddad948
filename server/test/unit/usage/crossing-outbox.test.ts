import { describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import type { CrossingRow } from '../../../src/core/usage-sink.js';
import { CrossingOutbox } from '../../../src/usage/crossing-outbox.js';
import { until } from '../../fakes/redis-process.js';

const tenant = tenantId('a');
const crossing = (atMs: number): CacheEvent => ({
  type: 'quota-state',
  tenant,
  from: 'ok',
  to: 'warning',
  usedBytes: 8,
  quotaBytes: 10,
  hardLimitBytes: 12,
  atMs,
});

function open(maxWaiting?: number) {
  const state = { down: false, calls: 0 };
  const kept: CrossingRow[] = [];
  const outbox = new CrossingOutbox({
    crossed: async (rows) => {
      state.calls++;
      if (state.down) throw new Error('away');
      kept.push(...rows);
    },
    sendAfterMs: 1,
    retryAfterMs: 1,
    ...(maxWaiting === undefined ? {} : { maxWaiting }),
  });
  return { state, kept, outbox, at: () => kept.map(({ atMs }) => atMs) };
}

describe('CrossingOutbox', () => {
  it('brings crossings to the sink by itself, with the limits they were measured against, and no other event', async () => {
    const { outbox, kept } = open();
    outbox.observe({ type: 'settings-changed', tenant });
    outbox.observe(crossing(5));
    await until(() => kept.length === 1);
    expect(kept).toEqual([
      { tenantId: tenant, from: 'ok', to: 'warning', usedBytes: 8, quotaBytes: 10, hardLimitBytes: 12, atMs: 5 },
    ]);
    await outbox.close();
    expect(kept).toHaveLength(1);
  });

  it('keeps what the sink did not take and sends it again, in order, without being asked', async () => {
    const { outbox, state, at } = open();
    state.down = true;
    for (const atMs of [1, 2, 3]) outbox.observe(crossing(atMs));
    await until(() => state.calls > 2);
    expect(at()).toEqual([]);
    state.down = false;
    await until(() => at().length === 3);
    expect(at()).toEqual([1, 2, 3]);
    await outbox.close();
  });

  it('drops the oldest past its bound, and none that a call under way has sent', async () => {
    const { outbox, state, at } = open(3);
    state.down = true;
    for (const atMs of [1, 2, 3, 4, 5]) outbox.observe(crossing(atMs));
    await until(() => state.calls > 0);
    state.down = false;
    await outbox.flush().catch(() => {});
    await until(() => at().length >= 3);
    expect(at()).toEqual([3, 4, 5]);
    await outbox.close();
  });

  it('sends what is left at close, and rejects with the sink’s error where it cannot', async () => {
    const { outbox, state, at } = open();
    outbox.observe(crossing(1));
    await outbox.close();
    expect(at()).toEqual([1]);
    const other = open();
    other.state.down = true;
    other.outbox.observe(crossing(1));
    await expect(other.outbox.close()).rejects.toThrow('away');
    expect(state.down).toBe(false);
  });
});
