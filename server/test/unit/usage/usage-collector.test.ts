import { describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { UsageCollector } from '../../../src/usage/usage-collector.js';
import { INTERVAL_MS, oneProcess } from './counting-process.js';

function open() {
  const one = oneProcess();
  const events: CacheEvent[] = [];
  const state = { paused: false };
  const collector = new UsageCollector({
    journal: one.process.journal,
    sink: one.sink,
    intervalMs: INTERVAL_MS,
    paused: () => state.paused,
    emit: (event) => events.push(event),
    now: one.now,
  });
  collector.observe({ type: 'leader', leading: true });
  return { ...one, collector, events, state };
}

describe('UsageCollector', () => {
  it('brings parts of all buckets to the sink, and forgets those of buckets that ended', async () => {
    const { process, collector, journalData, day, pass } = open();
    process.count('a', 3);
    await process.journaller.tick();
    await collector.look();
    expect([day('a'), journalData.tenants.size]).toEqual([3, 1]);
    pass(INTERVAL_MS + 10_000);
    await collector.look();
    expect(journalData.tenants.size).toBe(0);
  });

  it('tells of parts that the sink did not take, for their day was folded', async () => {
    const { process, collector, sink, events } = open();
    process.count('a', 3);
    await process.journaller.tick();
    sink.merge = async (parts) => ({ lateParts: parts.length });
    await collector.look();
    expect(events).toMatchObject([{ type: 'collect', ok: true, parts: 1, lateParts: 1 }]);
  });

  it('collects when it begins to lead and once after each bucket, and never where another leads', async () => {
    const { process, collector, events, pass } = open();
    process.count('a', 1);
    await process.journaller.tick();
    for (let second = 0; second < 180; second++) {
      await collector.look();
      pass(1_000);
    }
    expect(events).toHaveLength(1 + 3);
    collector.observe({ type: 'leader', leading: false });
    pass(INTERVAL_MS);
    await collector.look();
    expect(events).toHaveLength(4);
  });

  it('keeps what was put between its read and its forgetting', async () => {
    const { process, collector, journalData, sink, day, pass } = open();
    process.count('a', 3);
    await process.journaller.tick();
    pass(INTERVAL_MS + 10_000);
    const { merge } = sink;
    sink.merge = async (parts) => {
      sink.merge = merge;
      const report = await sink.merge(parts);
      // The last of the bucket comes late.
      const [late] = parts as [(typeof parts)[number]];
      await process.journal.put([
        { ...late, day: { ...late.day, requests: 5 }, bucket: { ...late.bucket, requests: 5 } },
      ]);
      return report;
    };
    await collector.look();
    expect(journalData.tenants.size).toBe(1);
    pass(INTERVAL_MS);
    await collector.look();
    expect([day('a'), journalData.tenants.size]).toEqual([5, 0]);
  });

  it('leaves all in the journal while the sink is away, asks it seldom, and brings it afterwards', async () => {
    const { process, collector, journalData, sink, events, day, pass } = open();
    for (let tenant = 0; tenant < 250; tenant++) process.count(`t${tenant}`, 1);
    await process.journaller.tick();
    pass(INTERVAL_MS + 10_000);
    sink.away = true;
    for (let second = 0; second < 20; second++) {
      await collector.look();
      pass(1_000);
    }
    expect(events).toMatchObject([{ type: 'collect', ok: false, code: 'DIRECTORY_UNAVAILABLE', parts: 0 }]);
    expect(journalData.tenants.size).toBe(250);
    sink.away = false;
    pass(30_000);
    await collector.look();
    expect(events.at(-1)).toMatchObject({ type: 'collect', ok: true, parts: 250, lateParts: 0, tenants: 250 });
    expect([day('t0'), journalData.tenants.size]).toEqual([1, 0]);
  });

  it.each([1, 250])('brings all but the part of one of %d tenants that the sink refuses', async (tenants) => {
    const { process, collector, journalData, sink, pass } = open();
    for (let tenant = 0; tenant < tenants; tenant++) process.count(`t${tenant}`, 1);
    process.count('zz', 1);
    sink.refuses = new Set(['t0']);
    await process.journaller.tick();
    pass(INTERVAL_MS + 10_000);
    await collector.look();
    expect([...journalData.tenants.keys()]).toEqual(['t0']);
  });

  it('merges in batches of at most 500, and stops between two where it no longer leads', async () => {
    const { process, collector, sink, events } = open();
    for (let tenant = 0; tenant < 150; tenant++) process.count(`t${tenant}`, 1);
    await process.journaller.tick();
    const parts = await process.journal.read([...process.counters.keys()]);
    // As ten processes would have put them.
    for (let epoch = 0; epoch < 10; epoch++) {
      await process.journal.put(parts.map(({ part }) => ({ ...part, processEpoch: `q${epoch}` })));
    }
    const { merge } = sink;
    sink.merge = async (some) => {
      collector.observe({ type: 'leader', leading: false });
      return merge.call(sink, some);
    };
    await collector.look();
    expect(sink.merges.map((some) => some.length)).toEqual([500]);
    expect(events).toEqual([]);
  });
});
