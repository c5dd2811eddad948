import { describe, expect, it } from '@jest/globals';
import type { FleetRecord } from '../../../src/core/directory.js';
import { DEFAULT_FLEET } from '../../../src/core/fleet.js';
import { RememberedFleet } from '../../../src/tenant/remembered-fleet.js';
import { until } from '../../fakes/redis-process.js';

const record = (version: number, enforcedPercentage = 100): FleetRecord => ({
  ...DEFAULT_FLEET,
  enforcedPercentage,
  version,
  changedAtMs: 0,
});

function open(pollMs?: number) {
  const state = { nowMs: 0, answer: record(1), down: false, calls: 0 };
  const told: number[] = [];
  const fleet = new RememberedFleet(
    {
      async fleet() {
        state.calls++;
        if (state.down) throw new Error('away');
        return state.answer;
      },
    },
    {
      onChange: ({ enforcedPercentage }) => told.push(enforcedPercentage),
      now: () => state.nowMs,
      ...(pollMs ? { pollMs } : {}),
    },
  );
  return { state, told, fleet };
}

describe('RememberedFleet', () => {
  it('takes what the directory says where versions began anew, as after a restore', async () => {
    const { state, told, fleet } = open();
    state.answer = record(6, 50);
    await fleet.refresh();
    state.answer = record(1, 20);
    await fleet.refresh();
    expect([told, fleet.record.version]).toEqual([[50, 20], 1]);
    // The answer to a change, whose version is lower and whose time is later.
    state.answer = record(9, 30);
    await fleet.refresh();
    fleet.accept({ ...record(2, 40), changedAtMs: 1 });
    expect(fleet.record.enforcedPercentage).toBe(40);
  });

  it('is the default until the directory says otherwise, and tells of changes only', async () => {
    const { state, told, fleet } = open();
    expect(fleet.record).toMatchObject(DEFAULT_FLEET);
    await fleet.refresh();
    expect([told, fleet.record.version]).toEqual([[], 1]);
    state.answer = record(2, 10);
    await fleet.refresh();
    await fleet.refresh();
    expect(told).toEqual([10]);
  });

  it('keeps what it has while the directory is away, and knows its age', async () => {
    const { state, told, fleet } = open();
    state.answer = record(2, 10);
    await fleet.refresh();
    state.down = true;
    state.nowMs = 9_000;
    await fleet.refresh();
    expect([fleet.record.enforcedPercentage, fleet.ageMs(), told]).toEqual([10, 9_000, [10]]);
    state.down = false;
    await fleet.refresh();
    expect(fleet.ageMs()).toBe(0);
  });

  it('keeps the newer of two answers that cross', async () => {
    const { told, fleet } = open();
    fleet.accept(record(3, 30));
    fleet.accept(record(2, 20));
    expect([fleet.record.version, told]).toEqual([3, [30]]);
  });

  it('asks once more where it is told of a change while it asks', async () => {
    const { state, fleet } = open();
    const first = fleet.refresh();
    state.answer = record(2, 10);
    const second = fleet.refresh();
    await Promise.all([first, second]);
    expect([state.calls, fleet.record.version]).toEqual([2, 2]);
  });

  it('asks at its start, and then again and again until it is closed', async () => {
    const { state, fleet } = open(1);
    fleet.start();
    expect(state.calls).toBe(1);
    await until(() => state.calls > 2);
    fleet.close();
    const { calls } = state;
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(state.calls).toBe(calls);
  });
});
