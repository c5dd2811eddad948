import { describe, expect, it } from '@jest/globals';
import { SingleFlight } from '../../../src/cache/single-flight.js';

function gate<T>() {
  let open!: (value: T) => void;
  const promise = new Promise<T>((resolve) => {
    open = resolve;
  });
  return { promise, open };
}

describe('SingleFlight', () => {
  it('lets later callers join, and forgets the flight when it ends', async () => {
    const flights = new SingleFlight<string, number>();
    const { promise, open } = gate<number>();
    const first = flights.start('k', () => promise);
    expect(flights.get('k')?.promise).toBe(first);
    open(1);
    await expect(first).resolves.toBe(1);
    expect(flights.get('k')).toBeUndefined();
  });

  it('forgets a failed flight too', async () => {
    const flights = new SingleFlight<string, number>();
    await expect(flights.start('k', () => Promise.reject(new Error('down')))).rejects.toThrow('down');
    expect(flights.get('k')).toBeUndefined();
  });

  it('hides a voided flight from later callers without ending it', async () => {
    const flights = new SingleFlight<string, string>();
    const { promise, open } = gate<string>();
    let voided = false;
    const old = flights.start('k', async (flight) => {
      const value = await promise;
      voided = flight.voided;
      return value;
    });
    await flights.void('k');
    const fresh = flights.start('k', async () => 'new');
    open('old');
    expect(await Promise.all([old, fresh])).toEqual(['old', 'new']);
    expect(voided).toBe(true);
  });

  it('makes an invalidation wait for a write under way', async () => {
    const flights = new SingleFlight<string, string>();
    const written = gate<void>();
    void flights.start('k', async (flight) => {
      flight.storing = written.promise;
      await written.promise;
      return 'v';
    });
    let waited = false;
    const voiding = flights.voidAll().then(() => {
      waited = true;
    });
    await Promise.resolve();
    expect(waited).toBe(false);
    written.open();
    await voiding;
    expect(waited).toBe(true);
  });
});
