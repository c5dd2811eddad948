import { describe, expect, it } from '@jest/globals';
import { PendingInvalidations } from '../../../src/cache/pending-invalidations.js';
import { entryId } from '../../../src/core/resource.js';
import type { Scope } from '../../../src/core/scope.js';
import { tenantId } from '../../../src/core/tenant-id.js';

const a = tenantId('a');
const b = tenantId('b');
const id = (key: number) => entryId('r', `${key}`);

function store() {
  const sent: string[] = [];
  const state = { failsAfter: Number.POSITIVE_INFINITY };
  const send = (what: string) => {
    if (sent.length >= state.failsAfter) throw new Error('away');
    sent.push(what);
  };
  return {
    sent,
    state,
    delete: async (tenant: string, entry: string) => {
      send(`${tenant} ${entry}`);
      return true;
    },
    invalidate: async (tenant: string, scopes: readonly Scope[]) => send(`${tenant} ${JSON.stringify(scopes)}`),
    clear: async (tenant: string) => send(`${tenant} *`),
  };
}

describe('PendingInvalidations', () => {
  it('hides what it names until it is sent, and nothing else', async () => {
    const pending = new PendingInvalidations();
    pending.add(a, id(1));
    pending.addTenant(b);
    expect([pending.has(a, id(1)), pending.has(a, id(2)), pending.has(b, id(9))]).toEqual([true, false, true]);
    const target = store();
    await pending.send(target);
    expect(target.sent).toEqual(['a r:1', 'b *']);
    expect([pending.size, pending.has(a, id(1)), pending.has(b, id(9))]).toEqual([0, false, false]);
  });

  it('keeps what could not be sent', async () => {
    const pending = new PendingInvalidations();
    for (let key = 0; key < 4; key++) pending.add(a, id(key));
    const target = store();
    target.state.failsAfter = 2;
    expect(await pending.send(target)).toEqual([new Error('away')]);
    expect([0, 1, 2, 3].map((key) => pending.has(a, id(key)))).toEqual([false, false, true, true]);
    target.state.failsAfter = Number.POSITIVE_INFINITY;
    await pending.send(target);
    expect(target.sent).toEqual(['a r:0', 'a r:1', 'a r:2', 'a r:3']);
  });

  it('clears the tenant instead of remembering ids without end', async () => {
    const pending = new PendingInvalidations();
    for (let key = 0; key < 5_000; key++) pending.add(a, id(key));
    expect(pending.has(a, id(99_999))).toBe(true);
    const target = store();
    await pending.send(target);
    expect(target.sent).toEqual(['a *']);
  });

  it('sends those of the others although one tenant’s fail, and gives up where several fail', async () => {
    const pending = new PendingInvalidations();
    const tenants = ['a', 'b', 'c', 'd', 'e'].map(tenantId);
    for (const tenant of tenants) pending.add(tenant, id(1));
    const target = store();
    const damaged = {
      ...target,
      delete: async (tenant: string, entry: string) => {
        if (tenant === 'a') throw new Error('damaged');
        return target.delete(tenant, entry);
      },
    };
    expect(await pending.send(damaged)).toEqual([new Error('damaged')]);
    expect(tenants.filter((tenant) => pending.has(tenant, id(1)))).toEqual(['a']);
    for (const tenant of tenants) pending.add(tenant, id(2));
    const asked: string[] = [];
    const gone = {
      ...target,
      delete: async (tenant: string) => {
        asked.push(tenant);
        throw new Error('away');
      },
    };
    expect(await pending.send(gone)).toHaveLength(3);
    expect(asked).toHaveLength(3);
  });

  it('keeps what is added while it sends', async () => {
    const pending = new PendingInvalidations();
    pending.add(a, id(1));
    const target = store();
    const slow = {
      ...target,
      delete: async () => {
        pending.addTenant(a);
        return true;
      },
    }; // prettier-ignore
    await pending.send(slow);
    expect(pending.has(a, id(7))).toBe(true);
  });

  it('hides what tags and prefixes cover, and sends them in one call', async () => {
    const pending = new PendingInvalidations();
    pending.addScopes(a, [{ tag: 't' }, { resource: 'r', prefix: '1' }]);
    pending.addScopes(a, [{ tag: 't' }]);
    expect(pending.has(a, id(12))).toBe(true);
    expect(pending.has(a, id(2), ['t'])).toBe(true);
    expect(pending.has(a, id(2), ['u'])).toBe(false);
    const target = store();
    await pending.send(target);
    expect(target.sent).toEqual(['a [{"tag":"t"},{"resource":"r","prefix":"1"}]']);
    expect(pending.size).toBe(0);
  });

  it('keeps what is asked for again while it is being sent', async () => {
    const pending = new PendingInvalidations();
    pending.add(a, id(1));
    pending.addScopes(a, [{ tag: 't' }]);
    const target = store();
    const busy = {
      ...target,
      invalidate: async () => pending.addScopes(a, [{ tag: 't' }]),
      delete: async () => {
        pending.add(a, id(1));
        return true;
      },
    };
    await pending.send(busy);
    expect([pending.has(a, id(1)), pending.has(a, id(2), ['t'])]).toEqual([true, true]);
  });
});
