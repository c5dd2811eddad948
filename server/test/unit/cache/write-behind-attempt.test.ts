import { describe, expect, it } from '@jest/globals';
import { attemptPersist } from '../../../src/cache/write-behind-attempt.js';

describe('attemptPersist', () => {
  const never = new AbortController().signal;

  it.each([
    [Object.assign(new Error('postgres://user:secret@host'), { code: 'ECONNREFUSED' }), 'ECONNREFUSED'],
    [new TypeError('key 4711'), 'TypeError'],
    [Object.assign(new Error('x'), { code: 'a value: 4711', name: 'no word' }), 'error'],
    ['a string', 'error'],
    [undefined, 'error'],
  ])('names the class of a failure, never its text (%#)', async (error, reason) => {
    for (const persist of [
      () => Promise.reject(error),
      () => {
        throw error;
      },
    ]) {
      expect(await attemptPersist(persist, 1_000, never)).toEqual({ kind: 'failed', reason });
    }
  });

  it('aborts at its time, and waits for the call to end', async () => {
    let ended = false;
    const persist = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => {
        signal.addEventListener('abort', () =>
          setImmediate(() => {
            ended = true;
            reject(new Error('aborted'));
          }),
        );
      });
    expect(await attemptPersist(persist, 5, never)).toEqual({ kind: 'failed', reason: 'timeout' });
    expect(ended).toBe(true);
  });

  it('believes a call that succeeds although it was told to end', async () => {
    const persist = (signal: AbortSignal) =>
      new Promise<void>((resolve) => signal.addEventListener('abort', () => setImmediate(resolve)));
    expect(await attemptPersist(persist, 5, never)).toEqual({ kind: 'persisted' });
  });

  it('leaves a call behind that ignores its signal', async () => {
    expect(await attemptPersist(() => new Promise(() => {}), 5, never)).toEqual({ kind: 'failed', reason: 'timeout' });
  });

  it('tells an attempt that was stopped from one that failed', async () => {
    const stop = new AbortController();
    const persist = (signal: AbortSignal) =>
      new Promise<void>((_, reject) => signal.addEventListener('abort', () => reject(new Error('aborted'))));
    const attempt = attemptPersist(persist, 10_000, stop.signal);
    stop.abort();
    expect(await attempt).toEqual({ kind: 'stopped' });
    expect(await attemptPersist(() => {}, 10_000, stop.signal)).toEqual({ kind: 'stopped' });
  });
});
