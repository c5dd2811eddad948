import { describe, expect, it } from '@jest/globals';
import { TtlHistories } from '../../../src/cache/ttl-history.js';
import { CategoryTtlPolicy } from '../../../src/cache/ttl-policy.js';
import { numbersOf, relativeChange } from '../../../src/cache/ttl-signal.js';
import { entryId } from '../../../src/core/resource.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { resolveTtlOptions, type TtlMode } from '../../../src/core/ttl-options.js';

const ACME = tenantId('acme');
const MINUTE_MS = 60_000;

/** An entry that is stored anew when its time is up; `asked` counts besides the load. */
class Simulation {
  readonly #clock = { ms: 1_700_000_000_000 };
  readonly policy: CategoryTtlPolicy;
  readonly id = entryId('r', 'k');
  ttlMs = 0;
  stores = 0;

  constructor(mode: TtlMode, more: object = {}) {
    const rule = { ttl: '1m', mode, min: '10s', max: '10m', ...more } as const;
    const rules = resolveTtlOptions({ categories: { c: rule }, resources: { r: 'c' } });
    this.policy = new CategoryTtlPolicy(rules, 300_000, () => this.#clock.ms);
  }

  get nowMs(): number {
    return this.#clock.ms;
  }

  store(value: unknown, { asked = 5, afterMs = this.ttlMs } = {}): number {
    this.#clock.ms += afterMs;
    for (let n = 0; n <= asked; n++) this.policy.noteAccess(ACME, this.id);
    const payload = Buffer.from(JSON.stringify(value));
    const request = { tenant: ACME, resource: 'r', id: this.id, value, payload, ttlMs: 1, explicit: false };
    this.ttlMs = this.policy.decide({ ...request, category: undefined }).ttlMs;
    this.stores++;
    return this.ttlMs;
  }

  explain() {
    return this.policy.explain(ACME, 'r', 'k');
  }
}

/** A random walk of a fixed seed whose deviation is `sigma` a minute. */
function walk(sigma: () => number) {
  let seed = 42;
  let price = 100;
  const uniform = () => {
    seed = (seed * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return (seed + 1) / (2 ** 32 + 1);
  };
  return (elapsedMs: number) => {
    const normal = Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
    price *= Math.exp(sigma() * Math.sqrt(elapsedMs / MINUTE_MS) * normal);
    return price;
  };
}

describe('dynamic', () => {
  const settle = (entry: Simulation, next: (elapsedMs: number) => number, rounds: number) => {
    const times: number[] = [];
    for (let n = 0; n < rounds; n++) times.push(entry.store({ symbol: 'x', price: next(entry.ttlMs) }));
    return times;
  };
  const median = (times: number[]) => [...times].sort((a, b) => a - b)[times.length >> 1] as number;

  it('keeps what stands still as long as it may, and what jumps as short as it may', () => {
    const still = new Simulation('dynamic');
    expect(settle(still, () => 100, 10).at(-1)).toBe(10 * MINUTE_MS);
    expect(still.explain().reason).toMatch(/^10 min, category c: moves by 0 % a minute.*longest allowed/);
    const jumpy = new Simulation('dynamic');
    expect(
      median(
        settle(
          jumpy,
          walk(() => 0.05),
          50,
        ),
      ),
    ).toBe(10_000);
    expect(jumpy.explain().reason).toMatch(/shortest allowed/);
  });

  it('lets a value move by about its tolerance while it is fresh', () => {
    const entry = new Simulation('dynamic', { min: '1s', max: '1h', tolerance: 0.01 });
    // 0.4 % a minute: 1 % in (1 / 0.4)² minutes.
    const times = settle(
      entry,
      walk(() => 0.004),
      400,
    );
    expect(median(times) / MINUTE_MS).toBeGreaterThan(6.25 / 3);
    expect(median(times) / MINUTE_MS).toBeLessThan(6.25 * 3);
  });

  it('shortens at once when a calm value begins to move, and lengthens again when it is calm', () => {
    let sigma = 0;
    const next = walk(() => sigma);
    const entry = new Simulation('dynamic');
    settle(entry, next, 10);
    expect(entry.ttlMs).toBe(10 * MINUTE_MS);
    sigma = 0.05;
    expect(Math.min(...settle(entry, next, 3))).toBeLessThan(15_000);
    sigma = 0;
    expect(settle(entry, next, 20).at(-1)).toBe(10 * MINUTE_MS);
  });

  it('is never longer than the rule before three moves are known', () => {
    const entry = new Simulation('dynamic');
    expect([1, 2, 3].map(() => entry.store(100))).toEqual([MINUTE_MS, MINUTE_MS, MINUTE_MS]);
    expect(entry.store(100)).toBe(10 * MINUTE_MS);
  });

  it('takes nothing from many stores in one moment, nor loses a slow move by them', () => {
    const entry = new Simulation('dynamic');
    settle(entry, () => 100, 5);
    for (let n = 1; n <= 50; n++) entry.store(100 + n, { afterMs: 100 });
    expect(entry.ttlMs).toBe(10_000);
    expect(entry.explain().history.at(-1)?.change).toBeGreaterThan(0.01);
  });

  it('leaves what holds no number at its fixed time', () => {
    const entry = new Simulation('dynamic');
    for (let n = 0; n < 10; n++) expect(entry.store({ title: `n${n}` })).toBe(MINUTE_MS);
    expect(entry.explain().reason).toMatch(/no number/);
  });
});

describe('adaptive', () => {
  it('grows while the value stands, never past a fifth of the time that it has stood', () => {
    const entry = new Simulation('adaptive');
    entry.store('same');
    const sinceMs = entry.nowMs;
    let lastMs = entry.ttlMs;
    for (let n = 0; n < 40; n++) {
      entry.store('same');
      expect(entry.ttlMs).toBeGreaterThanOrEqual(lastMs);
      expect(entry.ttlMs).toBeLessThanOrEqual(Math.max(MINUTE_MS, (entry.nowMs - sinceMs) / 5));
      lastMs = entry.ttlMs;
    }
    expect(entry.ttlMs).toBe(10 * MINUTE_MS);
    expect(entry.explain().reason).toMatch(/unchanged for .* \(the longest allowed\)/);
    // A fixed minute would have taken this many loads.
    expect(entry.stores * 2).toBeLessThan((entry.nowMs - sinceMs) / MINUTE_MS);
  });

  it('is halved by every change, down to its shortest', () => {
    const entry = new Simulation('adaptive');
    const times = [0, 1, 2, 3, 4].map((n) => entry.store({ n }));
    expect(times).toEqual([60_000, 30_000, 15_000, 10_000, 10_000]);
    expect(entry.explain().history.map(({ change }) => change)).toEqual([0, 1, 1, 1, 1]);
  });

  it('recovers when a value that changed comes to rest, and falls when a resting one changes', () => {
    const entry = new Simulation('adaptive');
    for (let n = 0; n < 5; n++) entry.store({ n });
    for (let n = 0; n < 60; n++) entry.store('rest');
    expect(entry.ttlMs).toBe(10 * MINUTE_MS);
    expect([1, 2, 3].map((n) => entry.store({ n }))).toEqual([300_000, 150_000, 75_000]);
    // From here on its age counts anew.
    expect([0, 0, 0, 0].map(() => entry.store({ n: 3 }))).toEqual([75_000, 75_000, 75_000, 75_000]);
  });

  it('does not grow for what nobody asks for, or only long after its end', () => {
    const unasked = new Simulation('adaptive');
    for (let n = 0; n < 30; n++) unasked.store('same', { asked: -1 });
    expect(unasked.ttlMs).toBe(MINUTE_MS);
    const rare = new Simulation('adaptive');
    for (let n = 0; n < 30; n++) rare.store('same', { asked: 0, afterMs: 30 * MINUTE_MS });
    expect(rare.ttlMs).toBe(MINUTE_MS);
    expect(rare.explain().reason).toMatch(/rarely asked/);
    // The load that follows the end at once is a sign of demand, though L1 hides the hits before it.
    const hidden = new Simulation('adaptive');
    for (let n = 0; n < 40; n++) hidden.store('same', { asked: 0 });
    expect(hidden.ttlMs).toBe(10 * MINUTE_MS);
  });

  it('keeps entries, tenants and categories apart', () => {
    const entry = new Simulation('adaptive');
    for (let n = 0; n < 5; n++) entry.store({ n });
    const other = {
      resource: 'r',
      value: 1,
      payload: Buffer.from('1'),
      ttlMs: 1,
      explicit: false,
      category: undefined,
    };
    const { policy, id } = entry;
    expect(policy.decide({ ...other, tenant: tenantId('b'), id }).ttlMs).toBe(MINUTE_MS);
    expect(policy.decide({ ...other, tenant: ACME, id: entryId('r', 'k2') }).ttlMs).toBe(MINUTE_MS);
    expect(policy.explain(ACME, 'r', 'k').ttlMs).toBe(10_000);
  });
});

describe('what the modes look at', () => {
  it.each<[string, unknown, readonly number[]]>([
    ['a number', 5, [5]],
    ['a bigint', 5n, [5]],
    ['prices before other numbers', { id: 9, volume: 4, bid: 1, ask: 2 }, [1, 2]],
    ['else the measures, without ids and times', { id: 9, userId: 3, updatedAt: 1, ts: 2, shares: 7 }, [7]],
    [
      'the close of the last candle',
      [
        [1, 2, 3, 4, 5, 6],
        [2, 3, 4, 5, 6, 7],
      ],
      [6],
    ], // prettier-ignore
    ['the last of a series', [{ price: 1 }, { price: 2 }], [2]],
    ['nothing of a text, null, a date, NaN', ['x'], []],
    ['nothing of a class', new Date(), []],
    ['nothing of NaN', { price: Number.NaN, last: Number.POSITIVE_INFINITY }, []],
  ])('%s', (_, value, numbers) => {
    expect(numbersOf(value)).toEqual(numbers);
  });

  it('compares in relation to the larger one, and never comes to infinity', () => {
    expect(relativeChange([100, 10], [101, 10])).toBeCloseTo(1 / 101);
    expect(relativeChange([0], [0])).toBe(0);
    expect(relativeChange([1e308], [-1e308])).toBe(2);
    expect(relativeChange([1], [1, 2])).toBeUndefined();
    expect(relativeChange([], [])).toBeUndefined();
  });

  it('remembers within its bytes, and forgets what was used longest ago', () => {
    const histories = new TtlHistories(20_000);
    const { categories } = resolveTtlOptions({ categories: { c: { ttl: '1m', mode: 'adaptive' } } });
    const rule = categories.get('c');
    if (!rule) throw new Error('no rule');
    for (let n = 0; n < 1_000; n++) histories.open(ACME, entryId('r', `k${n}`), rule, 'c', 0);
    expect(histories.bytes).toBeLessThanOrEqual(20_000);
    expect(histories.peek(ACME, entryId('r', 'k999'))).toBeDefined();
    expect(histories.peek(ACME, entryId('r', 'k0'))).toBeUndefined();
  });
});
