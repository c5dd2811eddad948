import { afterEach, describe, expect, it } from '@jest/globals';
import { RateLimitedError, TenantCacheError } from '../../../src/core/errors.js';
import { ownError } from '../../../src/shared/own-error.js';
import { readOnly } from '../../../src/shared/read-only.js';
import { closeCaches, memoryCache } from '../../fakes/memory-cache.js';

afterEach(closeCaches);

class OwnError extends Error {
  override readonly name = 'OwnError';
  constructor(
    readonly code: string,
    readonly detail: { hints: string[] },
    cause?: unknown,
  ) {
    super(`failed with ${code}`, { cause });
  }
}

describe('an error that a loader throws', () => {
  it('is each tenant’s own: what one writes to it, no other sees', async () => {
    const { cache } = memoryCache({ shared: { market: {} } });
    const platform = cache.platform.shared('market');
    let calls = 0;
    const load = () => {
      calls++;
      throw new OwnError('E1', { hints: ['wait'] }, new RangeError('deep'));
    };
    platform.define('price', { errorTtl: '1m', load });
    platform.define('book', { errorTtl: '1m', loadMany: load });
    type Thrown = { -readonly [K in keyof OwnError]: OwnError[K] } & { cause: Error; tenant?: string };
    const dataset = cache.shared('market');
    const thrown = async (tenant: string, many = false): Promise<Thrown> => {
      const read = () => (many ? dataset.getMany(['x'], 'book') : dataset.get('x', 'price'));
      return cache.runAs(tenant, read).then(
        () => undefined as never,
        (error) => error,
      );
    };
    for (const many of [false, true]) {
      const [first, second] = await Promise.all([thrown('a', many), thrown('b', many)]);
      first.message = 'acme owes 5';
      first.tenant = 'a';
      first.detail.hints.push('of a');
      first.cause.message = 'of a';
      expect(second).toBeInstanceOf(OwnError);
      for (const other of [second, await thrown('c', many)]) {
        expect(other).toMatchObject({ name: 'OwnError', code: 'E1', message: 'failed with E1' });
        expect(other.detail).toEqual({ hints: ['wait'] });
        expect(other.cause).toBeInstanceOf(RangeError);
        expect(other.cause.message).toBe('deep');
        expect(other.tenant).toBeUndefined();
      }
    }
    expect(calls).toBe(2);
  });
});

describe('a copy of an error', () => {
  it('has the class, the code and the details of errors of this package', () => {
    const error = new RateLimitedError('shared-x', 3, 1_000, 0, 750);
    const copy = ownError(error) as RateLimitedError;
    expect(copy).not.toBe(error);
    expect(copy).toBeInstanceOf(RateLimitedError);
    expect(copy).toBeInstanceOf(TenantCacheError);
    expect(copy).toMatchObject({ code: 'RATE_LIMITED', status: 429, retryAfterMs: 750, stack: error.stack });
    expect(Object.keys(copy)).toEqual(Object.keys(error));
  });

  it('is made of anything that can be thrown', () => {
    const round: Error & { itself?: unknown; socket?: unknown } = new Error('round');
    round.itself = round;
    round.socket = new (class {
      readonly send = () => {};
    })();
    const copy = ownError(round) as typeof round;
    expect(copy.itself).toBe(copy);
    expect(copy.socket).toBeUndefined();
    expect(ownError(new DOMException('too late', 'TimeoutError'))).toMatchObject({ name: 'TimeoutError' });
    expect(ownError(new AggregateError([new Error('one')], 'all'))).toMatchObject({ errors: [{ message: 'one' }] });
    expect(ownError('text')).toBe('text');
    expect(ownError(undefined)).toMatchObject({ code: 'INTERNAL' });
    const hostile = JSON.parse('{ "__proto__": { "code": "X" } }');
    expect(Object.getPrototypeOf(ownError(hostile))).toBe(Object.prototype);
  });
});

describe('values that a codec of one’s own restores', () => {
  it('are copies each time where they cannot be frozen', () => {
    const value = {
      buffer: new Uint8Array([1, 2]).buffer,
      view: new DataView(new Uint8Array([0, 1, 2]).buffer, 1),
      error: new OwnError('E', { hints: [] }),
      pattern: /a/g,
    };
    const first = readOnly(value);
    new Uint8Array(first.buffer)[0] = 9;
    first.view.setUint8(0, 9);
    first.error.message = 'changed';
    first.pattern.lastIndex = 7;
    const second = readOnly(value);
    expect([...new Uint8Array(second.buffer)]).toEqual([1, 2]);
    expect([second.view.byteLength, second.view.getUint8(0)]).toEqual([2, 1]);
    expect([second.error.message, second.pattern.lastIndex]).toEqual(['failed with E', 0]);
  });
});
