import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SharedTier } from '../../../src/cache/shared-tier.js';
import { limitsOf } from '../../../src/core/quota.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { MemorySharedStore } from '../../../src/testing/memory-shared-store.js';

const [a, b] = [tenantId('a'), tenantId('b')];
const id = entryId('r', 'k');
const limits = limitsOf({ quotaBytes: 1e6 });
const body = (text: string) => ({ payload: Buffer.from(text), ttlMs: 600_000, graceMs: 0, tags: ['t'] });

/** A store that a replica takes over, with everything as it was before the last change. */
async function lossy(change: (tier: SharedTier) => Promise<unknown>) {
  const store = new MemorySharedStore();
  const tier = new SharedTier(store, () => {});
  for (const tenant of [a, b]) await tier.write(tenant, id, body('old'), limits);
  await change(tier);
  for (const tenant of [a, b]) await store.write(tenant, id, body('old'), limits);
  const textOf = async (tenant: typeof a) => {
    const found = await tier.read(tenant, id);
    return typeof found === 'object' ? found.payload.toString() : found;
  };
  return { store, tier, textOf };
}

afterEach(() => {
  jest.restoreAllMocks();
});

describe('what was acknowledged before a succession', () => {
  it.each([
    ['a delete', (tier: SharedTier) => tier.remove(a, id)],
    ['a tag', (tier: SharedTier) => tier.invalidate(a, [{ tag: 't' }])],
    ['a clear', (tier: SharedTier) => tier.clear(a)],
    ['an explicit write', async (tier: SharedTier) => tier.written(a, id)],
  ])('%s holds before anything is read again, for the tenants concerned', async (_name, change) => {
    const { tier, textOf } = await lossy(change);
    tier.succeeded((tenant) => tenant === a);
    expect([await textOf(a), await textOf(b)]).toEqual([undefined, 'old']);
  });

  it('is nothing to others', async () => {
    const { tier, textOf } = await lossy((made) => made.remove(a, id));
    tier.succeeded((tenant) => tenant === b);
    expect(await textOf(a)).toBe('old');
  });

  it('is remembered for 10 s at least, and for 20 s at most', async () => {
    const clock = jest.spyOn(performance, 'now');
    for (const [agedMs, expected] of [
      [9_999, undefined],
      [20_001, 'old'],
    ] as const) {
      clock.mockReturnValue(0);
      const { tier, textOf } = await lossy((made) => made.remove(a, id));
      clock.mockReturnValue(agedMs);
      tier.succeeded(() => true);
      expect(await textOf(a)).toBe(expected);
    }
  });

  it('is said again before anything is written, which it would take away', async () => {
    const { store, tier, textOf } = await lossy((made) => made.remove(a, id));
    // Whoever takes over is not there yet.
    const state = jest.spyOn(store as { state(): 'up' | 'down' }, 'state').mockReturnValue('down');
    tier.succeeded((tenant) => tenant === a);
    state.mockReturnValue('up');
    await tier.write(a, id, body('new'), limits);
    await tier.sendPending();
    expect(await textOf(a)).toBe('new');
  });

  it('an answer that was on its way meanwhile says nothing', async () => {
    const store = new MemorySharedStore();
    const tier = new SharedTier(store, () => {});
    await tier.write(a, id, body('old'), limits);
    const reading = tier.read(a, id);
    const readingMany = tier.readMany(a, [id]);
    tier.succeeded(() => true);
    expect([typeof (await reading), (await readingMany).map((found) => typeof found)]).toEqual(['symbol', ['symbol']]);
  });
});

describe('a store of which a part is away', () => {
  it('makes nobody wait whose part is not', async () => {
    const store = new MemorySharedStore();
    let release = () => {};
    const stuck = new Promise<boolean>((resolve) => {
      release = () => resolve(false);
    });
    jest.spyOn(store, 'delete').mockImplementation((tenant) => (tenant === a ? stuck : Promise.resolve(true)));
    const tier = new SharedTier(store, () => {});
    await tier.write(b, id, body('here'), limits);
    tier.distrust(a, id);
    const held = tier.read(a, id);
    const found = await tier.read(b, id);
    expect(typeof found === 'object' && found.payload.toString()).toBe('here');
    release();
    await held;
  });
});
