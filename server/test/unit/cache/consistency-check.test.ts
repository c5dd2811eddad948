import { describe, expect, it } from '@jest/globals';
import { type ConsistencyCheckParts, checkConsistency } from '../../../src/cache/consistency-check.js';
import type { ConsistencyCheckOptions } from '../../../src/cache/consistency-options.js';
import type { StoredEntry } from '../../../src/core/contracts.js';
import { type EntryId, entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const TENANT = tenantId('acme');

/** A cache of JSON in a map, and a source beside it. */
class World implements ConsistencyCheckParts {
  readonly tenant = TENANT;
  readonly entries = new Map<EntryId, StoredEntry>();
  readonly source = new Map<string, unknown>();
  sequence = 0;
  unnamed = 0;
  removed: string[] = [];

  readonly store = {
    sample: async () => ({ ids: [...this.entries.keys()], unnamed: this.unnamed }),
    get: async (_: unknown, id: EntryId) => this.entries.get(id),
  };

  cache(key: string, payload: string, createdAtMs = Date.now()): void {
    const entry = { payload: Buffer.from(payload), sequence: ++this.sequence, createdAtMs, ttlMs: 60_000, graceMs: 0 };
    this.entries.set(entryId('r', key), entry);
  }

  /** The same value in the cache and in the source. */
  agree(key: string, value: unknown): void {
    this.cache(key, JSON.stringify(value));
    this.source.set(key, value);
  }

  decode = (_: EntryId, { payload }: StoredEntry) => JSON.parse(payload.toString());
  roundTrip = (value: unknown) => JSON.parse(JSON.stringify(value));

  async remove(key: string): Promise<void> {
    this.removed.push(key);
    this.entries.delete(entryId('r', key));
  }

  async reload(key: string, load: () => unknown): Promise<void> {
    this.cache(key, JSON.stringify(await load()));
  }

  check(options: Partial<ConsistencyCheckOptions> = {}) {
    const load = (key: string) => this.source.get(key);
    return checkConsistency(this, { tenantId: TENANT, resource: 'r', load, confirmAfter: 0, ...options });
  }
}

/** One of each kind. */
function mixed(): World {
  const world = new World();
  world.agree('same', { a: 1, b: [2] });
  world.source.set('same', { b: [2], a: 1, c: undefined });
  world.agree('none', null);
  world.source.delete('none');
  world.agree('old', 1);
  world.source.set('old', 2);
  world.cache('orphan', '5');
  world.cache('garbage', '{{{');
  world.cache('expired', '6', Date.now() - 120_000);
  world.unnamed = 3;
  return world;
}

const SUM = [
  'equal',
  'different',
  'missingInSource',
  'unreadable',
  'skippedStale',
  'changedMeanwhile',
  'skippedUnnamed',
  'unanswered',
] as const; // prettier-ignore

describe('a consistency check', () => {
  it('tells what is equal from what is not, and every entry is counted once', async () => {
    const world = mixed();
    const report = await world.check();
    expect(report).toMatchObject({
      tenantId: TENANT,
      resource: 'r',
      sampled: 9,
      checked: 4,
      equal: 2,
      different: 1,
      missingInSource: 1,
      unreadable: 1,
      skippedStale: 1,
      skippedUnnamed: 3,
      repaired: 0,
      aborted: false,
    });
    expect([...report.inconsistentKeys].sort()).toEqual(['garbage', 'old', 'orphan']);
    expect(SUM.reduce((sum, name) => sum + report[name], 0)).toBe(report.sampled);
    expect(world.removed).toEqual([]);
  });

  it('repairs by deleting exactly what is inconsistent', async () => {
    const world = mixed();
    expect(await world.check({ repair: 'invalidate' })).toMatchObject({ repaired: 3 });
    expect(world.removed.sort()).toEqual(['garbage', 'old', 'orphan']);
    expect(await world.check()).toMatchObject({ different: 0, missingInSource: 0, unreadable: 0 });
  });

  it('repairs by loading anew what the source holds', async () => {
    const world = mixed();
    world.source.set('garbage', { now: 'readable' });
    expect(await world.check({ repair: 'refresh' })).toMatchObject({ repaired: 3 });
    expect(await world.check()).toMatchObject({ equal: 4, different: 0, unreadable: 0, missingInSource: 0 });
  });

  it('never calls inconsistent what was written between the two reads', async () => {
    const world = new World();
    world.agree('k', 1);
    const load = async () => {
      world.agree('k', 2);
      return 2;
    };
    expect(await world.check({ load, repair: 'invalidate' })).toMatchObject({ changedMeanwhile: 1, different: 0 });
    expect(world.removed).toEqual([]);
  });

  it('waits for an invalidation that follows a change of the source', async () => {
    const world = new World();
    world.agree('k', 1);
    world.source.set('k', 2);
    const report = world.check({ confirmAfter: 50, repair: 'invalidate' });
    setTimeout(() => world.entries.delete(entryId('r', 'k')), 5);
    expect(await report).toMatchObject({ changedMeanwhile: 1, different: 0, repaired: 0 });
  });

  it('counts a source that throws, and goes on', async () => {
    const world = new World();
    for (const key of ['a', 'b', 'c']) world.agree(key, key);
    const load = async (key: string) => {
      if (key === 'b') throw new Error('no database');
      return key;
    };
    expect(await world.check({ load, repair: 'refresh' })).toMatchObject({ equal: 2, unanswered: 1, repaired: 0 });
    expect(world.removed).toEqual([]);
  });

  it('does not count a repair that failed', async () => {
    const world = mixed();
    world.remove = async () => {
      throw new Error('no');
    };
    const report = await world.check({ repair: 'invalidate' });
    expect(report).toMatchObject({ different: 1, repaired: 0, unanswered: 0 });
    expect(SUM.reduce((sum, name) => sum + report[name], 0)).toBe(report.sampled);
  });

  it('compares as it is told', async () => {
    const world = mixed();
    const compare = (cached: unknown, source: unknown) => typeof cached === typeof source;
    expect(await world.check({ compare })).toMatchObject({ equal: 3, different: 0 });
  });

  it('asks the source for no more than its share at a time, and tells how far it is', async () => {
    const world = new World();
    for (let n = 0; n < 20; n++) world.agree(`k${n}`, n);
    let now = 0;
    let most = 0;
    const load = async (key: string) => {
      most = Math.max(most, ++now);
      await new Promise(setImmediate);
      now--;
      return world.source.get(key);
    };
    const seen: number[] = [];
    const onProgress = ({ done }: { done: number }) => {
      seen.push(done);
      throw new Error('a listener must not matter');
    };
    expect(await world.check({ load, concurrency: 3, onProgress })).toMatchObject({ equal: 20 });
    expect(most).toBe(3);
    expect(seen).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });

  it('stops when it is told to, with what it has seen', async () => {
    const world = new World();
    for (let n = 0; n < 20; n++) world.agree(`k${n}`, n);
    const stop = new AbortController();
    const load = async (key: string, { signal }: { signal: AbortSignal }) => {
      expect(signal).toBe(stop.signal);
      if (key === 'k5') stop.abort();
      return world.source.get(key);
    };
    const report = await world.check({ load, concurrency: 1, signal: stop.signal });
    expect(report).toMatchObject({ aborted: true, equal: 6, sampled: 20, unanswered: 0 });
  });

  it('keeps at most 100 keys', async () => {
    const world = new World();
    for (let n = 0; n < 150; n++) world.cache(`k${n}`, '1');
    const report = await world.check({ concurrency: 64 });
    expect([report.missingInSource, report.inconsistentKeys.length]).toEqual([150, 100]);
  });

  it.each<[string, object]>([
    ['no loader', { load: undefined }],
    ['an unknown option', { samples: 5 }],
    ['a sample of none', { sample: 0 }],
    ['a sample beyond its bound', { sample: 10_001 }],
    ['half an entry', { sample: 1.5 }],
    ['NaN at a time', { concurrency: Number.NaN }],
    ['an unknown repair', { repair: 'delete' }],
    ['a repair that is true', { repair: true }],
    ['a comparison that is none', { compare: 'deep' }],
    ['a signal that is none', { signal: {} }],
  ])('refuses %s', async (_, options) => {
    await expect(new World().check(options)).rejects.toMatchObject({ code: 'OPTION_INVALID' });
  });
});
