import fc from 'fast-check';
import { ENFORCEMENTS, EVICTION_POLICIES, type TenantSettings } from '../../src/core/quota.js';
import { type EntryId, entryId } from '../../src/core/resource.js';
import type { Scope } from '../../src/core/scope.js';

/** The last is stored under a hash; no proper prefix of its resource is invalidated, as a store may take it for covered. */
export const KEYS = [...Array.from({ length: 7 }, (_, n) => entryId('r', `k${n}`)), entryId('q', 'k0')].concat(
  entryId('s', '~'.repeat(300)),
);
export function idOf(n: number): EntryId {
  return KEYS[n] as EntryId;
}

const TAGS = ['a', 'b', 'c'];
const PREFIXES: readonly Scope[] = [
  { resource: 'r', prefix: '' },
  { resource: 'r', prefix: 'k1' },
  { resource: 'r', prefix: 'k' },
  { resource: 'q', prefix: '' },
  { resource: 's', prefix: '' },
  { resource: 'none', prefix: '' },
];

/** What is written; `life` and `grace` count steps of time. */
export interface Body {
  readonly bytes: number;
  readonly life: number;
  readonly grace: number;
  readonly tags: readonly string[];
}

/** `slot` names one of the leases taken so far. */
export type Step =
  /** `unanswered`: its answer was lost, so the caller writes the same again. */
  | { do: 'write'; key: number; body: Body; unanswered: boolean }
  | { do: 'delete' | 'touch'; key: number }
  | { do: 'burst'; keys: number[]; body: Body }
  | { do: 'age'; steps: number }
  | { do: 'settings'; change: Partial<TenantSettings> }
  | { do: 'invalidate'; scopes: Scope[] }
  | { do: 'lease'; key: number; steps: number; seize: boolean; blind: boolean }
  | { do: 'leased'; slot: number; body: Body }
  | { do: 'renew' | 'release'; slot: number }
  | { do: 'clear' | 'settle' | 'preview' | 'flush-scripts' }
  /** What needs a server of one's own. */
  | { do: 'cut' | 'restart' }
  | { do: 'vanish'; keys: number[] };

/** Each step goes through one of two stores, as if through two processes. */
export type Placed = readonly [step: Step, via: number];

export interface Run {
  readonly settings: TenantSettings;
  readonly steps: readonly Placed[];
}

/** What two processes on one Redis stand for. */
const STORES = 2;

const key = fc.nat(KEYS.length - 1);
const keys = fc.array(key, { minLength: 1, maxLength: 4 });
const rarely = fc.oneof({ weight: 6, arbitrary: fc.constant(false) }, fc.constant(true));
const policy = fc.oneof({ weight: 2, arbitrary: fc.constant('lru' as const) }, fc.constantFrom(...EVICTION_POLICIES));
const enforcement = fc.oneof({ weight: 4, arbitrary: fc.constant('hard' as const) }, fc.constantFrom(...ENFORCEMENTS));
const quotaBytes = fc.integer({ min: 200, max: 4_000 });
const overage = fc.record({ overageAllowed: fc.boolean(), overageLimitBytes: fc.nat(1_500) });
const slot = fc.nat(3);
const body: fc.Arbitrary<Body> = fc.record({
  bytes: fc.integer({ min: 0, max: 700 }),
  life: fc.integer({ min: 0, max: 9 }),
  grace: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(4)),
  tags: fc.oneof({ weight: 1, arbitrary: fc.constant([]) }, fc.uniqueArray(fc.constantFrom(...TAGS))),
});
const scope = fc.oneof(
  fc.constantFrom(...TAGS).map((tag): Scope => ({ tag })),
  fc.constantFrom(...PREFIXES),
);

const does = <const K extends Step['do']>(...kinds: K[]) => fc.constantFrom(...kinds);
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>): fc.WeightedArbitrary<Step> => ({ weight, arbitrary });

const STEPS = [
  weighted(12, fc.record({ do: does('write'), key, body, unanswered: rarely })),
  weighted(2, fc.record({ do: does('burst'), keys: fc.array(key, { minLength: 2, maxLength: 8 }), body })),
  weighted(4, fc.record({ do: does('delete', 'touch', 'touch'), key })),
  weighted(2, fc.record({ do: does('age'), steps: fc.integer({ min: 1, max: 5 }) })),
  weighted(1, fc.record({ do: does('settings'), change: fc.record({ quotaBytes }) })),
  weighted(
    1,
    fc.record({
      do: does('settings'),
      change: fc.oneof(fc.record({ policy }), fc.record({ enforcement }), overage),
    }),
  ),
  weighted(4, fc.record({ do: does('invalidate'), scopes: fc.array(scope, { minLength: 1, maxLength: 3 }) })),
  weighted(
    4,
    fc.record({
      do: does('lease'),
      key,
      steps: fc.nat(2),
      seize: rarely,
      blind: rarely,
    }),
  ),
  weighted(4, fc.record({ do: does('leased'), slot, body })),
  weighted(1, fc.record({ do: does('renew', 'release'), slot })),
  weighted(2, fc.record({ do: does('clear', 'settle', 'preview') })),
];

const runOf = (...choices: fc.WeightedArbitrary<Step>[]) =>
  fc.record({
    settings: fc.record({
      policy,
      enforcement,
      quotaBytes: fc.integer({ min: 200, max: 3_000 }),
      overageAllowed: rarely,
      overageLimitBytes: fc.nat(1_500),
    }),
    steps: fc.array(fc.tuple(fc.oneof(...choices), fc.nat(STORES - 1)), { minLength: 1, maxLength: 40, size: 'max' }),
  });

export const run = runOf(...STEPS, weighted(1, fc.record({ do: does('flush-scripts') })));

/** The same on a server of its own, whose connections are cut and which loses entries, or everything. */
export const runWithFaults = runOf(
  ...STEPS,
  weighted(2, fc.record({ do: does('vanish'), keys })),
  weighted(1, fc.record({ do: does('flush-scripts', 'cut', 'cut', 'restart') })),
);
