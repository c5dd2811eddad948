import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Cron } from 'croner';
import { SlotTimer } from '../../../src/warming/slot-timer.js';

beforeEach(() => {
  jest.useFakeTimers({ now: Date.parse('2026-11-24T10:02:30.500Z') });
});
afterEach(() => {
  jest.useRealTimers();
});

function timer(pattern: string, now: () => number = Date.now) {
  const slots: string[] = [];
  const schedule = new Cron(pattern, { timezone: 'UTC', paused: true });
  const made = new SlotTimer({ schedule, now, onSlot: (ms) => slots.push(new Date(ms).toISOString()) });
  return { slots, made };
}

it('tells of each time of the schedule once it has come, and by its own name', async () => {
  const { slots, made } = timer('*/5 * * * *');
  expect(made.nextAtMs).toBe(Date.parse('2026-11-24T10:05:00Z'));
  await jest.advanceTimersByTimeAsync(149_499);
  expect(slots).toEqual([]);
  await jest.advanceTimersByTimeAsync(1);
  expect(slots).toEqual(['2026-11-24T10:05:00.000Z']);
  await jest.advanceTimersByTimeAsync(600_000);
  expect(slots).toEqual(['2026-11-24T10:05:00.000Z', '2026-11-24T10:10:00.000Z', '2026-11-24T10:15:00.000Z']);
});

it('names a time alike in processes whose clocks differ', async () => {
  const right = timer('*/5 * * * *');
  const ahead = timer('*/5 * * * *', () => Date.now() + 45_000);
  await jest.advanceTimersByTimeAsync(700_000);
  expect(ahead.slots).toEqual(right.slots);
});

it('tells of the last time alone where it slept through several', async () => {
  let skewMs = 0;
  const { slots, made } = timer('* * * * *', () => Date.now() + skewMs);
  skewMs = 20 * 60_000 + 700;
  await jest.advanceTimersByTimeAsync(30_000);
  expect(slots).toEqual(['2026-11-24T10:23:00.000Z']);
  expect(made.nextAtMs).toBe(Date.parse('2026-11-24T10:24:00Z'));
});

it('waits for what is months away, and not for what never comes', async () => {
  const { slots, made } = timer('0 0 1 3 *');
  await jest.advanceTimersByTimeAsync(96 * 86_400_000);
  expect(slots).toEqual([]);
  await jest.advanceTimersByTimeAsync(86_400_000);
  expect(slots).toEqual(['2027-03-01T00:00:00.000Z']);
  made.close();
  const never = timer('0 0 31 2 *');
  expect(never.made.nextAtMs).toBeUndefined();
});

it('tells nothing once it is closed', async () => {
  const { slots, made } = timer('* * * * *');
  made.close();
  await jest.advanceTimersByTimeAsync(600_000);
  expect([slots, made.nextAtMs]).toEqual([[], undefined]);
});
