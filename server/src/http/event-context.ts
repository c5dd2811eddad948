import type { EventEmitter } from 'node:events';

type Run = <R>(work: () => R) => R;

/** On the emitter itself: a WeakMap with an entry for each request costs the garbage collector more than the request. */
const RUNS = Symbol('tenantcache.context');

/**
 * Lets listeners of a request or response run in its tenant's context. Without, what waits for the end of a body by its
 * events, as parsers do, goes on in the context of the connection, and so does all that comes after it.
 */
export function keepContext(emitter: EventEmitter & { [RUNS]?: Run[] }, run: Run): void {
  const present = emitter[RUNS];
  if (present) {
    // Mounted twice: the inner one's context is the one that listeners see.
    present.push(run);
    return;
  }
  const mine = [run];
  emitter[RUNS] = mine;
  const { emit } = emitter;
  emitter.emit = function emitInContext(this: EventEmitter, ...args: Parameters<EventEmitter['emit']>): boolean {
    return mine.reduceRight<() => boolean>(
      (inner, each) => () => each(inner),
      () => emit.apply(this, args),
    )();
  };
}
