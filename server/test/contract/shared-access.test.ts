import { describe, expect, it } from '@jest/globals';
import { tenantId } from '../../src/core/tenant-id.js';
import { MemorySharedAccess } from '../../src/testing/memory-shared-access.js';
import { sharedAccessContract } from '../../src/testing/shared-access-contract.js';

sharedAccessContract({ describe, it }, 'memory', async () => {
  const store = new MemorySharedAccess();
  return { near: store, far: store, close: async () => {} };
});

const HOUR_MS = 3_600_000;
const nowHourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
const PART = {
  tenantId: tenantId('a'),
  dataset: 'market',
  group: 'g:1',
  kind: 'price',
  processEpoch: 'p1',
  limited: 0,
};
const ALL = { dataset: 'market', fromMs: 0, untilMs: Number.MAX_SAFE_INTEGER, page: 1, pageSize: 100 };

describe('MemorySharedAccess', () => {
  it('keeps so many parts at most, the newest', async () => {
    const store = new MemorySharedAccess({ maxParts: 10 });
    for (let age = 20; age >= 0; age--) {
      await store.merge([{ ...PART, hourMs: nowHourMs - age * HOUR_MS, reads: age + 1 }]);
      expect((await store.list(ALL)).total).toBeLessThanOrEqual(10);
    }
    expect((await store.list(ALL)).items[0]).toMatchObject({ hourMs: nowHourMs, reads: 1 });
  });

  it('forgets what is older than its dataset keeps, where nobody tidies', async () => {
    const keepMs = (dataset: string) => (dataset === 'market' ? 24 * HOUR_MS : undefined);
    const store = new MemorySharedAccess({ keepMs });
    const parts = [30, 20].map((age) => ({ ...PART, hourMs: nowHourMs - age * HOUR_MS, reads: age }));
    await store.merge([...parts, ...parts.map((part) => ({ ...part, dataset: 'news' }))]);
    expect((await store.list(ALL)).items).toMatchObject([{ reads: 20 }]);
    expect(await store.list({ ...ALL, dataset: 'news' })).toMatchObject({ total: 2 });
  });

  it('forgets a tenant that was removed, and no other', async () => {
    const store = new MemorySharedAccess();
    await store.merge([
      { ...PART, hourMs: nowHourMs, reads: 1 },
      { ...PART, hourMs: nowHourMs, tenantId: tenantId('b'), reads: 2 },
    ]);
    store.removeTenant(tenantId('a'));
    expect((await store.list(ALL)).items).toMatchObject([{ tenantId: 'b', reads: 2 }]);
  });
});
