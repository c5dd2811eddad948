import { fail } from '../core/errors.js';

/**
 * What `work` comes to by a signal of its own, which is aborted with `LOAD_TIMEOUT` once its time is over, and with the
 * reason of `signal` once that is. Rejects with that reason then, whatever the work does: what goes on does so by itself.
 */
export async function withinTime<T>(
  signal: AbortSignal,
  timeoutMs: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const own = new AbortController();
  const abort = () => own.abort(signal.reason);
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort, { once: true });
  const timer = setTimeout(() => own.abort(fail('LOAD_TIMEOUT', { given: `${timeoutMs} ms` })), timeoutMs).unref();
  try {
    return await unlessAborted(own.signal, work(own.signal));
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', abort);
  }
}

export function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const leave = () => reject(signal.reason);
    if (signal.aborted) leave();
    signal.addEventListener('abort', leave, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
