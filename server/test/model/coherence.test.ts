import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import { MUTANTS, type Mutant } from './coherence-process.js';
import { KEYS, LANES, type Step, World } from './coherence-world.js';

/** 20,000 is the long form. */
const RUNS = Number(process.env.COHERENCE_RUNS ?? 1_500);

const key = fc.constantFrom(...KEYS);
const CALLS = {
  get: fc.record({ do: fc.constant('get' as const), key }),
  load: fc.record({ do: fc.constant('load' as const), key }),
  set: fc.record({ do: fc.constant('set' as const), key }),
  delete: fc.record({ do: fc.constant('delete' as const), key }),
  tags: fc.record({ do: fc.constant('tags' as const), tag: fc.constantFrom('t', 'u') }),
  prefix: fc.record({ do: fc.constant('prefix' as const), prefix: fc.constantFrom('', 'a', 'ab') }),
  clear: fc.record({ do: fc.constant('clear' as const) }),
};
const FAULTS = {
  cut: fc.record({ do: fc.constant('cut' as const), turns: fc.constantFrom(1, 20, 40) }),
  lose: fc.record({ do: fc.constant('lose' as const) }),
};

const { get, load, set, delete: remove, tags, prefix, clear } = CALLS;
const call = fc.oneof(
  { weight: 6, arbitrary: get },
  { weight: 6, arbitrary: load },
  { weight: 4, arbitrary: set },
  { weight: 2, arbitrary: fc.oneof(remove, tags, prefix) },
  { weight: 1, arbitrary: clear },
);
const lane = fc.nat(LANES - 1);
const step = (what: fc.Arbitrary<object>) => fc.tuple(lane, what).map(([at, each]) => ({ lane: at, ...each }) as Step);
const healthy = fc.array(step(call), { minLength: 2, maxLength: 16, size: 'max' });
const faulty = fc.array(
  step(
    fc.oneof(
      { weight: 8, arbitrary: call },
      { weight: 1, arbitrary: FAULTS.cut },
      { weight: 1, arbitrary: FAULTS.lose },
    ),
  ),
  { minLength: 2, maxLength: 20, size: 'max' },
); // prettier-ignore

describe('several processes, in any interleaving of calls, answers and messages', () => {
  // Who waits for another process waits for its time to end as well; that time passes where nothing else can happen.
  beforeAll(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'hrtime'] });
  });
  afterAll(() => {
    jest.useRealTimers();
  });

  const property = (plan: fc.Arbitrary<Step[]>, mutant?: Mutant) =>
    fc.asyncProperty(fc.scheduler(), plan, (scheduler, steps) => new World(scheduler, mutant).run(steps));

  it(`serve nothing from before what they know of (${RUNS} runs)`, async () => {
    await fc.assert(property(healthy), { numRuns: RUNS });
  }, 1_200_000);

  it(`the same while subscriptions are cut and messages are lost (${RUNS} runs)`, async () => {
    await fc.assert(property(faulty), { numRuns: RUNS });
  }, 1_200_000);

  it.each(MUTANTS)(
    'notices a tier with %s',
    async (mutant) => {
      const { errorInstance } = await fc.check(property(faulty, mutant), { numRuns: 20_000, endOnFailure: true });
      expect((errorInstance as Error | undefined)?.message).toMatch('is from before what the process knows of');
    },
    300_000,
  );
});
