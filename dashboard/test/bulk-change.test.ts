import { describe, expect, test } from '@jest/globals';
import type { ChangeResult } from '@/data/change';
import type { ChangedPage } from '@/data/plan-schema';
import { bulkChangeOf, bulkErrorsOf, NO_ENTRIES } from '@/features/plans/bulk-entries';
import { NOT_BEGUN, runBulk } from '@/features/plans/bulk-run';
import { bulkMustConfirm, bulkResult } from '@/features/plans/bulk-words';

/** Five tenants, two a page, as the API pages them; those that are changed already are left alone. */
function api(failAt: (call: number) => 'lost before' | 'lost after' | undefined = () => undefined) {
  const tenants = ['a', 'b', 'c', 'd', 'e'];
  const changed: string[] = [];
  const asked: (string | undefined)[] = [];
  const change = async (after: string | undefined): Promise<ChangeResult<ChangedPage>> => {
    asked.push(after);
    const failure = failAt(asked.length);
    if (failure === 'lost before') throw new Error('the dashboard does not answer');
    const page = tenants.filter((tenant) => after === undefined || tenant > after).slice(0, 2);
    const fresh = page.filter((tenant) => !changed.includes(tenant));
    changed.push(...fresh);
    if (failure === 'lost after') return { outcome: 'refused', message: 'The API did not answer.' };
    const last = page.at(-1);
    const next = last !== undefined && last < 'e' ? last : undefined;
    return { outcome: 'done', value: { changed: fresh.length, next } };
  };
  return { change, changed, asked };
}
const steps = (change: ReturnType<typeof api>['change']) => ({ change, onStep: () => {}, stopped: () => false });

describe('a bulk change', () => {
  test('goes on page after page until the last one', async () => {
    const { change, changed, asked } = api();
    const end = await runBulk(NOT_BEGUN, steps(change));
    expect(end).toMatchObject({ state: 'done', changed: 5, pages: 3, atLeast: false });
    expect(changed).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(asked).toEqual([undefined, 'b', 'd']);
    expect(bulkResult(end, 8)).toBe('5 tenants changed, 3 had it already');
  });

  test.each(['lost before', 'lost after'] as const)(
    'that fails in the middle (%s) goes on from there, and changes nothing twice',
    async (failure) => {
      const { change, changed, asked } = api((call) => (call === 2 ? failure : undefined));
      const broken = await runBulk(NOT_BEGUN, steps(change));
      expect(broken).toMatchObject({ state: 'failed', after: 'b', changed: 2, pages: 1 });
      expect(broken.failure).toBeDefined();
      const end = await runBulk(broken, steps(change));
      expect(end).toMatchObject({ state: 'done', pages: 3, failure: undefined });
      expect(changed).toEqual(['a', 'b', 'c', 'd', 'e']);
      expect(asked).toEqual([undefined, 'b', 'b', 'd']);
      // What an answer that was lost had changed is not counted, so the count must not be told as if it were exact.
      expect(bulkResult(end, 5)).toMatch(/^At least /);
    },
  );

  test('that is stopped asks for no further page, and goes on from there', async () => {
    const { change, asked } = api();
    const stopped = await runBulk(NOT_BEGUN, { ...steps(change), stopped: () => asked.length === 1 });
    expect(stopped).toMatchObject({ state: 'stopped', after: 'b', changed: 2 });
    expect(asked).toHaveLength(1);
    expect(await runBulk(stopped, steps(change))).toMatchObject({ state: 'done', changed: 5, atLeast: false });
  });
});

describe('what a bulk change asks for', () => {
  test('is only what was filled in, so that the rest stays as each tenant has it', () => {
    expect(bulkChangeOf(NO_ENTRIES)).toBeUndefined();
    expect(bulkChangeOf({ ...NO_ENTRIES, overageMb: '0' })).toEqual({ overageAllowed: false, overageLimitMb: 0 });
    expect(bulkChangeOf({ ...NO_ENTRIES, quotaMb: '8', policy: 'lfu' })).toEqual({ quotaMb: 8, policy: 'lfu' });
    expect(bulkChangeOf({ ...NO_ENTRIES, quotaMb: '8', overageMb: '1.5' })).toBeUndefined();
  });

  test('needs a reason, and a confirmation where tenants may lose something', () => {
    const entries = { ...NO_ENTRIES, quotaMb: '8' };
    expect(Object.keys(bulkErrorsOf(entries, false))).toEqual(['reason']);
    expect(Object.keys(bulkErrorsOf({ ...entries, reason: 'Smaller machines' }, true))).toEqual(['confirmed']);
    const preview = {
      plan: 'Pro',
      tenants: 3,
      looked: 3,
      changing: 3,
      evictBytes: 0,
      evictEntries: 0,
      exact: true,
      items: [],
    };
    expect(bulkMustConfirm(preview)).toBe(false);
    expect(bulkMustConfirm({ ...preview, evictBytes: 1 })).toBe(true);
    expect(bulkMustConfirm({ ...preview, tenants: 200, exact: false })).toBe(true);
    expect(bulkMustConfirm(undefined)).toBe(true);
  });
});
