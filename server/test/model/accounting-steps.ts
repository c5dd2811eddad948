import fc from 'fast-check';
import { ENFORCEMENTS, EVICTION_POLICIES } from '../../src/core/quota.js';
import { entryId } from '../../src/core/resource.js';
import type { Scope } from '../../src/core/scope.js';

/** The last is stored under a hash; no proper prefix of its resource is invalidated, as a store may take it for covered. */
export const KEYS = [...Array.from({ length: 7 }, (_, n) => entryId('r', `k${n}`)), entryId('q', 'k0')].concat(
  entryId('s', '~'.repeat(300)),
);
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
  | { do: 'write'; key: number; body: Body }
  | { do: 'delete' | 'touch'; key: number }
  | { do: 'burst'; keys: number[]; body: Body }
  | { do: 'age'; steps: number }
  | { do: 'limit'; bytes: number }
  | { do: 'invalidate'; scopes: Scope[] }
  | { do: 'lease'; key: number; steps: number; seize: boolean; blind: boolean }
  | { do: 'leased'; slot: number; body: Body }
  | { do: 'renew' | 'release'; slot: number }
  | { do: 'clear' | 'settle' | 'preview' };

const key = fc.nat(KEYS.length - 1);
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
const weighted = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary });

const step: fc.Arbitrary<Step> = fc.oneof(
  weighted(12, fc.record({ do: does('write'), key, body })),
  weighted(2, fc.record({ do: does('burst'), keys: fc.array(key, { minLength: 2, maxLength: 8 }), body })),
  weighted(4, fc.record({ do: does('delete', 'touch', 'touch'), key })),
  weighted(2, fc.record({ do: does('age'), steps: fc.integer({ min: 1, max: 5 }) })),
  weighted(1, fc.record({ do: does('limit'), bytes: fc.integer({ min: 200, max: 4_000 }) })),
  weighted(4, fc.record({ do: does('invalidate'), scopes: fc.array(scope, { minLength: 1, maxLength: 3 }) })),
  weighted(
    4,
    fc.record({
      do: does('lease'),
      key,
      steps: fc.nat(2),
      seize: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
      blind: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
    }),
  ),
  weighted(4, fc.record({ do: does('leased'), slot, body })),
  weighted(1, fc.record({ do: does('renew', 'release'), slot })),
  weighted(2, fc.record({ do: does('clear', 'settle', 'preview') })),
);

export const run = fc.record({
  policy: fc.oneof({ weight: 2, arbitrary: fc.constant('lru' as const) }, fc.constantFrom(...EVICTION_POLICIES)),
  enforcement: fc.oneof({ weight: 4, arbitrary: fc.constant('hard' as const) }, fc.constantFrom(...ENFORCEMENTS)),
  limit: fc.integer({ min: 200, max: 3_000 }),
  steps: fc.array(step, { minLength: 1, maxLength: 40, size: 'max' }),
});
