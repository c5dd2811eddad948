import { describe, expect, it } from '@jest/globals';
import type { TenantRecord } from '../../../src/core/directory.js';
import { fail } from '../../../src/core/errors.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { RememberedTenants } from '../../../src/tenant/remembered-tenants.js';

const tenant = tenantId('a');
const record = (version: number): TenantRecord => ({
  tenantId: tenant,
  name: 'A',
  plan: 'p',
  suspended: false,
  known: true,
  version,
  changedAtMs: 0,
  settings: { quotaBytes: version, overageAllowed: false, overageLimitBytes: 0, policy: 'lru', enforcement: 'hard' },
}); // prettier-ignore

function open() {
  const state = { nowMs: 0, calls: 0, version: 1, down: false };
  const applied: number[] = [];
  const remembered = new RememberedTenants(
    {
      async find() {
        state.calls++;
        if (state.down) throw fail('DIRECTORY_UNAVAILABLE');
        return record(state.version);
      },
    },
    { now: () => state.nowMs, onRecord: ({ version }) => applied.push(version) },
  );
  return { state, applied, remembered };
}

const turns = async () => {
  for (let turn = 0; turn < 5; turn++) await Promise.resolve();
};

describe('RememberedTenants', () => {
  it('asks the source once for many who wait', async () => {
    const { state, remembered } = open();
    await Promise.all(Array.from({ length: 50 }, () => remembered.find(tenant)));
    expect(state.calls).toBe(1);
  });

  it('serves from memory for five minutes, then on while it asks', async () => {
    const { state, remembered } = open();
    await remembered.find(tenant);
    state.version = 2;
    state.nowMs = 299_999;
    expect((await remembered.find(tenant)).version).toBe(1);
    state.nowMs = 300_000;
    expect((await remembered.find(tenant)).version).toBe(1);
    await turns();
    expect((await remembered.find(tenant)).version).toBe(2);
    expect(state.calls).toBe(2);
  });

  it('serves on while the source is away, and asks it every five seconds, not every request', async () => {
    const { state, remembered } = open();
    await remembered.find(tenant);
    state.down = true;
    state.nowMs = 400_000;
    for (let index = 0; index < 100; index++) {
      expect((await remembered.find(tenant)).version).toBe(1);
      await turns();
    }
    expect(state.calls).toBe(2);
    expect(remembered.oldestAgeMs()).toBe(400_000);
  });

  it('fails where nothing is remembered and the source is away', async () => {
    const { state, remembered } = open();
    state.down = true;
    await expect(remembered.find(tenant)).rejects.toMatchObject({ code: 'DIRECTORY_UNAVAILABLE' });
    state.down = false;
    await expect(remembered.find(tenant)).resolves.toMatchObject({ version: 1 });
  });

  it('keeps the newer of two answers that cross', async () => {
    const { applied, remembered } = open();
    remembered.accept(record(3));
    remembered.accept(record(2));
    expect(remembered.peek(tenant)?.version).toBe(3);
    expect(applied).toEqual([3]);
  });

  it('takes what the source says where versions began anew, as where a quota’s row was deleted', async () => {
    const { state, remembered } = open();
    state.version = 6;
    await remembered.find(tenant);
    state.version = 0;
    remembered.refresh(tenant);
    await turns();
    expect(remembered.peek(tenant)?.version).toBe(0);
    remembered.accept(record(5));
    remembered.accept({ ...record(1), changedAtMs: 1 });
    expect(remembered.peek(tenant)?.version).toBe(1);
  });

  it('asks again after a load that may be from before the change it is told of', async () => {
    const state = { version: 1, calls: 0 };
    const answers: (() => void)[] = [];
    const remembered = new RememberedTenants({
      find: () => {
        state.calls++;
        const seen = record(state.version);
        return new Promise((resolve) => answers.push(() => resolve(seen)));
      },
    });
    const first = remembered.find(tenant);
    state.version = 2;
    remembered.refresh(tenant);
    answers.shift()?.();
    expect((await first).version).toBe(1);
    await turns();
    answers.shift()?.();
    await turns();
    expect([remembered.peek(tenant)?.version, state.calls]).toEqual([2, 2]);
  });

  it('refreshes all it remembers, eight at a time, and nobody it never saw', async () => {
    const asked = { now: 0, most: 0, names: new Set<string>() };
    const remembered = new RememberedTenants({
      async find(id) {
        asked.now++;
        asked.most = Math.max(asked.most, asked.now);
        asked.names.add(id);
        await new Promise(setImmediate);
        asked.now--;
        return { ...record(1), tenantId: id };
      },
    });
    const ids = Array.from({ length: 40 }, (_, index) => tenantId(`t${index}`));
    for (const id of ids) await remembered.find(id);
    asked.names.clear();
    remembered.refreshKnown(tenantId('stranger'));
    remembered.refreshAll();
    while (asked.names.size < 40) await new Promise(setImmediate);
    expect([asked.names.has('stranger'), asked.most]).toEqual([false, 8]);
  });

  it('counts the age of records that are in use, not of those that nobody asks for', async () => {
    const { state, remembered } = open();
    await remembered.find(tenant);
    state.nowMs = 300_000;
    expect(remembered.oldestAgeMs()).toBe(0);
  });
});
