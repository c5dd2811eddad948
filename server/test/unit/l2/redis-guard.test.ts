import { describe, expect, it } from '@jest/globals';
import { fail } from '../../../src/core/errors.js';
import type { CacheEvent } from '../../../src/core/events.js';
import { type GuardOptions, RedisGuard } from '../../../src/l2/redis-guard.js';
import { damagedKeys, storeUnavailable } from '../../../src/l2/store-unavailable.js';

const silence = () => new Promise<never>(() => {});

function guard(options: Partial<GuardOptions> = {}) {
  const events: CacheEvent[] = [];
  const instance = new RedisGuard({
    deadlineMs: 5,
    failures: 5,
    halfOpenAfterMs: 60_000,
    emit: (event) => events.push(event),
    attempted: Promise.resolve(),
    ping: silence,
    ...options,
  });
  return { events, guard: instance };
}

describe('RedisGuard', () => {
  it('takes one stall for one failure, however many calls wait in it', async () => {
    const { events, guard: subject } = guard();
    for (let stall = 1; stall <= 5; stall++) {
      expect(events).toEqual([]);
      const calls = await Promise.allSettled(Array.from({ length: 60 }, () => subject.run(silence)));
      for (const call of calls)
        expect(call).toMatchObject({ status: 'rejected', reason: { code: 'STORE_UNAVAILABLE' } });
    }
    expect(events).toEqual([{ type: 'breaker', state: 'open' }]);
  });

  it('counts a call whatever becomes of a question asked beside it', async () => {
    const { events, guard: subject } = guard();
    for (let failure = 1; failure <= 5; failure++) {
      const question = subject.ask(silence);
      await Promise.allSettled([question, subject.run(silence)]);
    }
    expect(events).toEqual([{ type: 'breaker', state: 'open' }]);
  });

  it('starts counting anew after an answer', async () => {
    const { events, guard: subject } = guard();
    for (let round = 0; round < 3; round++) {
      for (let failure = 0; failure < 4; failure++)
        await expect(subject.run(silence)).rejects.toThrow('no answer within 5 ms');
      await expect(subject.run(async () => 'answer')).resolves.toBe('answer');
    }
    expect(events).toEqual([]);
  });

  it('fails at once while it is open', async () => {
    const { guard: subject } = guard();
    for (let failure = 0; failure < 5; failure++) await expect(subject.run(silence)).rejects.toThrow();
    let asked = false;
    const call = async () => {
      asked = true;
    };
    await expect(subject.run(call)).rejects.toThrow('the circuit breaker is open');
    expect(asked).toBe(false);
  });

  const opened = async (options: Partial<GuardOptions>) => {
    const made = guard({ failures: 1, ...options });
    await expect(made.guard.run(silence)).rejects.toThrow();
    expect(made.guard.closed).toBe(false);
    return made;
  };

  it('closes after a sign of life only once what was left undone has been done', async () => {
    let finish = () => {};
    const beforeClose = () =>
      new Promise<unknown[]>((resolve) => {
        finish = () => resolve([]);
      });
    const { events, guard: subject } = await opened({ ping: async () => {}, beforeClose });
    const probe = subject.probe();
    await new Promise(setImmediate);
    expect(subject.closed).toBe(false);
    await expect(subject.run(async () => 'too early')).rejects.toThrow('the circuit breaker is open');
    finish();
    await probe;
    expect(subject.closed).toBe(true);
    expect(events.at(-1)).toEqual({ type: 'breaker', state: 'closed' });
  });

  it('closes although Redis refused what concerns one tenant, and stays open where it gave no answer', async () => {
    const refused = await opened({ ping: async () => {}, beforeClose: async () => [damagedKeys()] });
    await refused.guard.probe();
    expect(refused.guard.closed).toBe(true);
    const away = async () => [damagedKeys(), storeUnavailable('no answer within 50 ms')];
    const silent = await opened({ ping: async () => {}, beforeClose: away });
    await silent.guard.probe();
    expect(silent.guard.closed).toBe(false);
  });

  it.each([
    ['rejects', () => Promise.reject(new Error('away'))],
    [
      'throws',
      () => {
        throw new Error('away');
      },
    ],
  ])('stays open where what is to be done %s', async (_how, beforeClose) => {
    const { guard: subject } = await opened({ ping: async () => {}, beforeClose });
    await subject.probe();
    expect(subject.closed).toBe(false);
    await expect(subject.run(async () => 'answer')).rejects.toThrow('the circuit breaker is open');
  });

  it('half-open: the call that may try waits for what is to be done first, and no longer than its deadline', async () => {
    const order: string[] = [];
    const { guard: subject } = await opened({
      halfOpenAfterMs: 1,
      beforeClose: async () => {
        order.push('first');
        return [];
      },
    });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await subject.run(async () => void order.push('then'));
    expect(order).toEqual(['first', 'then']);
    expect(subject.closed).toBe(true);

    const stuck = await opened({ halfOpenAfterMs: 1, beforeClose: silence });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await expect(stuck.guard.run(async () => 'answer')).rejects.toThrow('no answer within 5 ms');
    expect(stuck.guard.closed).toBe(false);
  });

  it('a server that has become fit is used only once what was left undone has been done', async () => {
    const order: string[] = [];
    const { guard: subject } = guard({
      beforeClose: async () => {
        order.push(subject.closed ? 'too late' : 'in time');
        return [];
      },
    });
    await subject.refuse(fail('STORE_MISCONFIGURED'));
    await expect(subject.run(async () => 'answer')).rejects.toThrow();
    await subject.refuse(undefined);
    expect(order).toEqual(['in time']);
    await expect(subject.run(async () => 'answer')).resolves.toBe('answer');
  });
});
