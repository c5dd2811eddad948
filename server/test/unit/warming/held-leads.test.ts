import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { HeldLeads } from '../../../src/warming/held-leads.js';
import { gate } from '../../fakes/memory-cache.js';

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

it('does not hold again what was given up while its heartbeat was asking', async () => {
  let answer: Promise<number> = Promise.resolve(1);
  let asked = 0;
  const lead = () => {
    asked++;
    return answer;
  };
  const leads = new HeldLeads({ open: () => ({ lead, resign: async () => {} }), onLost() {} });
  expect(await leads.take('warming-market')).toBe(true);
  const late = gate<number>();
  answer = late.promise;
  await jest.advanceTimersByTimeAsync(2_000);
  expect(asked).toBe(2);
  await leads.giveUp('warming-market');
  late.release(1);
  await jest.advanceTimersByTimeAsync(20_000);
  expect(asked).toBe(2);
  await leads.close();
});
