import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { WriteBehindLanes } from '../../../src/cache/write-behind-lanes.js';
import { entryId } from '../../../src/core/resource.js';

describe('WriteBehindLanes', () => {
  const ids = ['a', 'b', 'c'].map((key) => entryId('r', key));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('add' as const), key: fc.nat({ max: 2 }) }),
    fc.record({ kind: fc.constant('next' as const) }),
    fc.record({ kind: fc.constant('finish' as const), pick: fc.nat() }),
    fc.record({ kind: fc.constant('retry' as const), pick: fc.nat(), inMs: fc.nat({ max: 500 }) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.nat({ max: 300 }) }),
  );

  it('tries one item of an entry at a time, in order, each until it is finished, none before its time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const lanes = new WriteBehindLanes();
        const queued = new Map(ids.map((id) => [id, [] as number[]]));
        const running = new Map<string, number>();
        const notBefore = new Map<string, number>();
        let [sequence, nowMs] = [0, 0];
        const pick = (n: number) => ids.filter((id) => running.has(id))[n % Math.max(1, running.size)];
        for (const move of steps) {
          if (move.kind === 'wait') nowMs += move.ms;
          else if (move.kind === 'add') {
            const id = ids[move.key] as (typeof ids)[0];
            queued.get(id)?.push(++sequence);
            lanes.add({ id, sequence });
            lanes.add({ id, sequence });
          } else if (move.kind === 'next') {
            const item = lanes.next(nowMs);
            const startable = ids.filter(
              (id) => !running.has(id) && queued.get(id)?.length && (notBefore.get(id) ?? 0) <= nowMs,
            );
            if (item === undefined) expect(startable).toEqual([]);
            else {
              expect(startable).toContain(item.id);
              expect(item.sequence).toBe(queued.get(item.id)?.[0]);
              running.set(item.id, item.sequence);
            }
          } else {
            const id = pick(move.pick);
            if (id === undefined) continue;
            running.delete(id);
            if (move.kind === 'finish') {
              queued.get(id)?.shift();
              notBefore.delete(id);
              lanes.finish(id);
            } else {
              lanes.retry(id, nowMs + move.inMs);
              notBefore.set(id, Math.ceil((nowMs + move.inMs) / 100) * 100);
            }
          }
          expect(lanes.running).toBe(running.size);
          expect(lanes.empty).toBe([...queued.values()].every((lane) => lane.length === 0));
        }
      }),
      { numRuns: 500 },
    );
  });
});
