import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemoryJournalData, MemoryUsageJournal } from '../../../src/testing/memory-usage-journal.js';
import { UsageCollector } from '../../../src/usage/usage-collector.js';
import { CountingProcess, FaultySink, INTERVAL_MS, START_MS } from './counting-process.js';

const TENANTS = ['a', 'b'] as const;
const DATES = ['2026-11-21', '2026-11-22'];

type Op =
  | { op: 'count'; process: number; tenant: 'a' | 'b'; requests: number }
  | { op: 'put' | 'flush' | 'interval' | 'kill' | 'journal away' | 'journal back'; process: number }
  | { op: 'leave'; process: number; tenant: 'a' | 'b' }
  | { op: 'collect' | 'journal emptied' }
  | { op: 'sink'; fault: 'none' | 'away' | 'fails after commit' }
  | { op: 'pass'; ms: number };

const process = fc.constantFrom(0, 1);
const tenant = fc.constantFrom(...TENANTS);
const op: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      op: fc.constant('count' as const),
      process,
      tenant,
      requests: fc.integer({ min: 1, max: 9 }),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      op: fc.constantFrom('put' as const, 'put', 'flush', 'interval', 'kill', 'journal away', 'journal back'),
      process,
    }),
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('leave' as const), process, tenant }) },
  {
    weight: 4,
    arbitrary: fc.record({ op: fc.constantFrom('collect' as const, 'collect', 'collect', 'journal emptied') }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      op: fc.constant('sink' as const),
      fault: fc.constantFrom('none' as const, 'away', 'fails after commit'),
    }),
  },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 70_000 }) }) },
); // prettier-ignore

/** One tenant in one life of one process, by what must be where. */
interface Life {
  readonly tenant: string;
  alive: boolean;
  counted: number;
  inJournal: number;
  inSink: number;
}

/** What happens to it, beside what should come of it. */
class World {
  nowMs = START_MS;
  readonly now = () => this.nowMs;
  readonly data = new MemoryJournalData();
  readonly sink = new FaultySink();
  readonly lives: Life[] = [];
  #starts = 0;
  readonly processes = [this.#start(0), this.#start(1)];
  #start(index: number) {
    const process = new CountingProcess(`p${index}-${this.#starts++}`, this.now, this.data, this.sink);
    return { process, lives: new Map<string, Life>() };
  }

  async run(step: Op): Promise<void> {
    if (step.op === 'pass') this.nowMs += step.ms;
    else if (step.op === 'sink') {
      this.sink.away = step.fault === 'away';
      this.sink.failsAfterCommit = step.fault === 'fails after commit';
    } else if (step.op === 'journal emptied') {
      this.data.empty();
      for (const life of this.lives) life.inJournal = 0;
    } else if (step.op === 'collect') await this.collect();
    else if ('process' in step) await this.#runOn(step.process, step);
  }

  async #runOn(index: number, step: Extract<Op, { process: number }>): Promise<void> {
    const at = this.processes[index] as { process: CountingProcess; lives: Map<string, Life> };
    const { process, lives } = at;
    const own = [...lives.values()];
    if (step.op === 'count') {
      let life = lives.get(step.tenant);
      if (life === undefined) {
        life = { tenant: step.tenant, alive: true, counted: 0, inJournal: 0, inSink: 0 };
        lives.set(step.tenant, life);
        this.lives.push(life);
      }
      life.counted += step.requests;
      process.count(step.tenant, step.requests);
    } else if (step.op === 'put') {
      await process.journaller.tick();
      if (!process.journalAway) for (const life of own) life.inJournal = life.counted;
    } else if (step.op === 'flush') {
      await process.flusher.flush().catch(() => {});
      if (!this.sink.away) for (const life of own) life.inSink = life.counted;
    } else if (step.op === 'interval') {
      await process.flusher.flushUnsafe().catch(() => {});
      // What the journal has may stay there.
      if (!this.sink.away) for (const life of own) if (life.inJournal < life.counted) life.inSink = life.counted;
    } else if (step.op === 'kill') {
      for (const life of own) life.alive = false;
      this.processes[index] = this.#start(index);
    } else if (step.op === 'leave') {
      const life = lives.get(step.tenant);
      if (!process.leave(step.tenant) || life === undefined) return;
      expect(Math.max(life.inJournal, life.inSink)).toBe(life.counted);
      life.alive = false;
      lives.delete(step.tenant);
    } else process.journalAway = step.op === 'journal away';
  }

  async collect(): Promise<void> {
    const collector = new UsageCollector({
      journal: new MemoryUsageJournal(this.data),
      sink: this.sink,
      intervalMs: INTERVAL_MS,
      paused: () => false,
      emit() {},
      now: this.now,
    });
    collector.observe({ type: 'leader', leading: true });
    await collector.look();
    if (!this.sink.away) for (const life of this.lives) life.inSink = Math.max(life.inSink, life.inJournal);
  }

  /** All is well again: whoever lives brings what it has, and the leader what the dead put. */
  async end(): Promise<void> {
    this.sink.away = false;
    this.sink.failsAfterCommit = false;
    for (const { process } of this.processes) {
      process.journalAway = false;
      await process.journaller.close();
      await process.flusher.close();
    }
    for (const life of this.lives) if (life.alive) life.inSink = life.counted;
    await this.collect();
    this.nowMs += 2 * INTERVAL_MS;
    await this.collect();
  }

  requests(name: string): number {
    return DATES.reduce((sum, date) => sum + this.sink.day(tenantId(name), date).requests, 0);
  }
}

it('doubles nothing and loses only what a killed process had not put, whatever fails when', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(op, { maxLength: 40 }), async (ops) => {
      const world = new World();
      for (const step of ops) await world.run(step);
      await world.end();
      for (const name of TENANTS) {
        const expected = world.lives.filter((life) => life.tenant === name).reduce((sum, life) => sum + life.inSink, 0);
        expect(world.requests(name)).toBe(expected);
      }
      expect(world.data.tenants.size).toBe(0);
    }),
    { numRuns: 500 },
  );
});
