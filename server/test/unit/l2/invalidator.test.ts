import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { messageHeads } from '../../../src/l2/bus-messages.js';
import { InvalidationTable } from '../../../src/l2/invalidation-table.js';
import { Invalidator } from '../../../src/l2/invalidator.js';
import type { RedisNode } from '../../../src/l2/redis-node.js';
import type { ScriptRunner } from '../../../src/l2/script-runner.js';

const tenant = tenantId('t');
const id = entryId('r', 'k');
const entry = { payload: Buffer.alloc(0), sequence: 5, createdAtMs: 0, ttlMs: 1, graceMs: 0, tags: ['a'] };

/** On a bus that brings nothing: what is known comes from the answers alone. */
function invalidator(answer: readonly number[]) {
  const table = new InvalidationTable();
  table.followed(tenant);
  table.learn(tenant, 0, [], table.mark(tenant));
  const calls: number[] = [];
  const scripts = {
    run: async (_name: string, _keys: readonly string[], args: readonly unknown[]) => {
      calls.push(args.length);
      return answer;
    },
  } as unknown as ScriptRunner;
  const heads = messageHeads(Buffer.alloc(16));
  const topology = {
    laneOf: () => 0,
    script: <T>(_lane: number, call: (scripts: ScriptRunner, node: RedisNode) => Promise<T>) =>
      call(scripts, undefined as unknown as RedisNode),
  };
  const made = new Invalidator({ topology, heads, table, way: 'run' });
  return { made, calls, hides: (sequence: number) => table.get(tenant)?.hide(id, { ...entry, sequence }) };
}

describe('Invalidator', () => {
  it('knows its own invalidations before it tells of them', async () => {
    const scoped = invalidator([7, 0]);
    await scoped.made.invalidate(tenant, [{ tag: 'a' }]);
    assert.deepEqual([scoped.hides(7), scoped.hides(8)], [true, false]);
    const overflown = invalidator([7, 1]);
    await overflown.made.invalidate(tenant, [{ tag: 'other' }]);
    assert.deepEqual([overflown.hides(7), overflown.hides(8)], [true, false]);
    const cleared = invalidator([7]);
    await cleared.made.clear(tenant);
    assert.deepEqual([cleared.hides(7), cleared.hides(8)], [true, false]);
  });

  it('sends any number of scopes in calls of a bounded size, and none for none', async () => {
    const { made, calls } = invalidator([7, 0]);
    await made.invalidate(tenant, []);
    assert.deepEqual(calls, []);
    await made.invalidate(
      tenant,
      Array.from({ length: 1_200 }, (_, n) => ({ tag: `${n}` })),
    );
    assert.deepEqual(calls, [514, 514, 178]);
  });
});
