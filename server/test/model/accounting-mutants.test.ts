import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, it } from '@jest/globals';
import fc from 'fast-check';
import { KnownInvalidations } from '../../src/l2/known-invalidations.js';
import { SCRIPTS } from '../../src/l2/scripts.gen.js';
import { calmServer, type Server } from './accounting-faults.js';
import { run } from './accounting-steps.js';
import { World } from './accounting-world.js';

/** Plants a fault; returns what takes it out again. */
type Plant = () => () => void;

const RUNS = 500;
const scripts = SCRIPTS as Record<string, { sha1: string; lua: string }>;

/** In every script that has the line. */
function inScripts(line: string, fault: string): Plant {
  return () => {
    const sound = { ...scripts };
    for (const [name, { lua }] of Object.entries(sound)) {
      if (!lua.includes(line)) continue;
      const broken = lua.replaceAll(line, fault);
      scripts[name] = { lua: broken, sha1: createHash('sha1').update(broken).digest('hex') };
    }
    assert.notDeepEqual(scripts, sound, `no script has the line that this fault changes: ${line}`);
    return () => void Object.assign(scripts, sound);
  };
}

const MUTANTS: Readonly<Record<string, Plant>> = {
  'no lazy expiry': inScripts('local function expire(t, bound)\n', 'local function expire(t, bound)\nbound = 0\n'),
  'no old-size subtraction': inScripts('t.used = t.used - (t.old[member] or 0) + size', 't.used = t.used + size'),
  'no touch': inScripts("redis.call('ZADD', t.lru, 'XX', unpack(accesses))", ''),
  'no lease check on write': inScripts('own and standing_lease(t, member, tags)', 't.seq'),
  'no scope check in the scripts': inScripts('if sequence > t.inv then return false end', 'do return false end'),
  'no scope check in the reader': () => {
    const { hide } = KnownInvalidations.prototype;
    KnownInvalidations.prototype.hide = () => false;
    return () => {
      KnownInvalidations.prototype.hide = hide;
    };
  },
  'no reclaiming of what scopes hide': inScripts('if t.inv <= t.done then', 'if t.inv then'),
  'tags that outlive their entry': inScripts(
    "if t.tagged then redis.call('HDEL', t.meta .. 'tags', unpack(members)) end",
    '',
  ),
  'a due time that misses earlier deadlines': inScripts('< t.due_s then t.due_s', '> t.due_s then t.due_s'),
  'evicting to the limit and no further': inScripts(' - size + old\n', ' - size + old + t.limit / 10\n'),
  'no hysteresis': inScripts('then return kept end', 'then return level end'),
  'a crossing that is told again': inScripts('t.level, t.hot_changed = to, true', 't.hot_changed = true'),
  'evicting what is being written': inScripts('if found[i] ~= keep then', 'if found[i] then'),
  'no decay': inScripts('index.time = index.time + tick(index, accesses)', ''),
  'no frequency': inScripts('if not score then return added end', 'do return added end'),
};

describe('the accounting model', () => {
  let world: Server;

  beforeAll(async () => {
    world = await calmServer();
  });

  afterAll(() => world.close());

  it.each(Object.entries(MUTANTS))('catches %s', async (_name, plant) => {
    const heal = plant();
    try {
      const property = fc.asyncProperty(run, (steps) => World.live(world, steps));
      const { failed, errorInstance } = await fc.check(property, { numRuns: RUNS, endOnFailure: true });
      assert.ok(failed, `${RUNS} runs did not notice`);
      assert.ok(errorInstance instanceof assert.AssertionError, String(errorInstance));
    } finally {
      heal();
    }
  });
});
