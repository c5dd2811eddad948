import { describe, expect, it } from '@jest/globals';
import type { CacheEvent } from '../../../src/core/events.js';
import { RedisGuard } from '../../../src/l2/redis-guard.js';

const silence = () => new Promise<never>(() => {});

function guard() {
  const events: CacheEvent[] = [];
  const instance = new RedisGuard({
    deadlineMs: 5,
    failures: 5,
    halfOpenAfterMs: 60_000,
    emit: (event) => events.push(event),
    attempted: Promise.resolve(),
    ping: silence,
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
});
