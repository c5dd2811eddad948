import { describe, expect, it } from '@jest/globals';
import { PendingInvalidations } from '../../../src/cache/pending-invalidations.js';
import { entryId } from '../../../src/core/resource.js';
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
    await expect(pending.send(target)).rejects.toThrow('away');
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
});
