import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from '../../../src/cache/single-flight.js';
import { gate } from '../../fakes/memory-cache.js';

describe('SingleFlight', () => {
  it('shares what is under way, failures too, and asks anew afterwards', async () => {
    const flights = new SingleFlight<string, number>();
    const { promise, release } = gate<number>();
    const first = flights.share('k', () => promise);
    expect(flights.share('k', () => Promise.resolve(2))).toBe(first);
    release(1);
    expect(await first).toBe(1);
    await expect(flights.share('k', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(await flights.share('k', async () => 3)).toBe(3);
  });

  it('lets nobody join what was forgotten, and keeps what came after it', async () => {
    const flights = new SingleFlight<string, number>();
    const [old, young] = [gate<number>(), gate<number>()];
    const before = flights.share('k', () => old.promise);
    flights.forget('k');
    const after = flights.share('k', () => young.promise);
    old.release(1);
    await before;
    expect(flights.share('k', async () => 3)).toBe(after);
    young.release(2);
    expect(await after).toBe(2);
  });
});
