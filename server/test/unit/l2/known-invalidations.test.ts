import assert from 'node:assert/strict';
import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import type { StoredEntry } from '../../../src/core/contracts.js';
import { entryId } from '../../../src/core/resource.js';
import { covers, type Scope } from '../../../src/core/scope.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { fieldOf, parseRecords, scopeOf } from '../../../src/l2/invalidation-records.js';
import { InvalidationTable } from '../../../src/l2/invalidation-table.js';
import { KnownInvalidations } from '../../../src/l2/known-invalidations.js';

const name = fc.constantFrom('a', 'ab', 'b', '');
const resource = fc.constantFrom('r', 'r2');
const tag = fc.constantFrom('s', 't', 'r:a');
const scope: fc.Arbitrary<Scope> = fc.oneof(
  fc.record({ tag }),
  fc.record({ resource, prefix: fc.tuple(name, name).map((parts) => parts.join('')) }),
);
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('add' as const), scope, sequence: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('clear' as const), sequence: fc.nat(20) }) },
);
const entry = (sequence: number, tags?: string[]): StoredEntry => ({
  payload: Buffer.alloc(0),
  sequence,
  createdAtMs: 0,
  ttlMs: 1,
  graceMs: 0,
  tags,
});
const tenant = tenantId('t');
const ofTagA = { tag: 'a' };

describe('known invalidations', () => {
  it('hide what any of them, in any order, covers and is not older than', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.record({
          resource,
          key: fc.constantFrom('a', 'ab', 'abb', 'c'),
          tags: fc.array(tag),
          sequence: fc.integer({ min: 1, max: 22 }),
        }),
        (steps, { resource: of, key, tags, sequence }) => {
          const known = new KnownInvalidations();
          for (const each of steps) {
            if (each.do === 'add') known.add(each.scope, each.sequence);
            else known.clear(each.sequence);
          }
          const id = entryId(of, key);
          const hidden = steps.some(
            (each) => each.sequence >= sequence && (each.do === 'clear' || covers(each.scope, id, tags)),
          );
          assert.equal(known.hide(id, entry(sequence, tags)), hidden);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('are spelt in a form that reads back, and what cannot be read is not passed over', () => {
    fc.assert(fc.property(scope, (each) => assert.deepEqual(scopeOf(fieldOf(each)), { ...each })));
    const value = Buffer.alloc(12, 1);
    assert.equal(parseRecords([Buffer.from('ta'), value])?.length, 1);
    for (const [field, bytes] of [
      ['xa', value],
      ['pa', value],
      ['ta', Buffer.alloc(11)],
    ] as const) {
      assert.equal(parseRecords([Buffer.from('ta'), value, Buffer.from(field), bytes]), undefined);
    }
  });
});

describe('the table of invalidations', () => {
  it('vouches for a tenant that is followed once it has learnt, and for no other', () => {
    const table = new InvalidationTable();
    table.learn(tenant, 5, [], table.mark(tenant));
    assert.equal(table.get(tenant), undefined);
    table.followed(tenant);
    assert.equal(table.get(tenant), undefined);
    table.learn(tenant, 5, [], table.mark(tenant));
    assert.equal(table.get(tenant)?.hide(entryId('r', 'k'), entry(5)), true);
    table.unfollowed(tenant);
    assert.equal(table.get(tenant), undefined);
  });

  it('keeps what it heard while the answer was under way', () => {
    const table = new InvalidationTable();
    table.followed(tenant);
    const mark = table.mark(tenant);
    table.raise(tenant, [ofTagA], 9);
    table.raiseClear(tenant, 4);
    assert.equal(table.get(tenant), undefined);
    table.learn(tenant, 3, [{ scope: ofTagA, sequence: 6 }], mark);
    const id = entryId('r', 'k');
    const known = table.get(tenant);
    assert.deepEqual(
      [known?.hide(id, entry(9, ['a'])), known?.hide(id, entry(10, ['a'])), known?.hide(id, entry(4))],
      [true, false, true],
    );
  });

  it('does not trust an answer that was asked for before it had to forget', () => {
    for (const forget of [
      (table: InvalidationTable) => table.forget(tenant),
      (table: InvalidationTable) => table.forgetAll(),
      (table: InvalidationTable) => table.unfollowed(tenant),
    ]) {
      const table = new InvalidationTable();
      table.followed(tenant);
      const mark = table.mark(tenant);
      forget(table);
      table.followed(tenant);
      table.learn(tenant, 3, [], mark);
      assert.equal(table.get(tenant), undefined);
    }
  });

  it('holds a bounded number, and asks again past it', () => {
    const table = new InvalidationTable();
    table.followed(tenant);
    table.learn(tenant, 0, [], table.mark(tenant));
    for (let n = 0; n < 8_192; n++) table.raise(tenant, [{ tag: `${n}` }], n + 1);
    assert.ok(table.get(tenant));
    table.raise(tenant, [{ tag: 'one more' }], 8_193);
    assert.equal(table.get(tenant), undefined);
  });
});
