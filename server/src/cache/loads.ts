import { fail, TenantCacheError } from '../core/errors.js';
import type { EntryId } from '../core/resource.js';
import { covers, type Scope } from '../core/scope.js';
import type { FoundEntry } from './freshness.js';

/** A load under way in this process, from the request for its lease until its value is stored. */
export class Flight {
  promise!: Promise<unknown>;
  /** An invalidation came in between: who waits already gets the value, but it is not stored and nobody joins. */
  voided = false;
  /** The value was kept out by the quota. */
  refused = false;
  /** What callers may have instead, within their grace. */
  stale: FoundEntry | undefined;
  /** Those the call named, then those the factory set. */
  tags: readonly string[];
  /** When its factory began; a load that waits for its lease has read nothing yet. */
  beganAtMs = Number.POSITIVE_INFINITY;
  #callers = 0;
  #controller: AbortController | undefined;
  #aborted: { readonly reason: unknown } | undefined;
  #tagVoids: Map<string, number> | undefined;
  /** Ends the wait for the factory. */
  onAbort: ((reason: unknown) => void) | undefined;
  /** Told once, when the value will not be stored. */
  onVoid: (() => void) | undefined;
  /** Keeps new callers from joining. */
  forget: (() => void) | undefined;

  constructor(tags: readonly string[]) {
    this.tags = tags;
  }

  /** Made on demand, as most factories never look at it. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#aborted && !this.#controller.signal.aborted) this.#controller.abort(this.#aborted.reason);
    return this.#controller.signal;
  }

  /** Given up for want of callers, or with the cache: that says nothing of the source. */
  get deserted(): boolean {
    const reason = this.#aborted?.reason;
    return reason instanceof TenantCacheError && reason.code !== 'LOAD_TIMEOUT';
  }

  throwIfAborted(): void {
    if (this.#aborted) throw this.#aborted.reason;
  }

  join(): void {
    this.#callers++;
  }

  /** The last caller to leave ends the load. */
  leave(): void {
    if (--this.#callers === 0) this.abort(fail('LOAD_ABORTED'));
  }

  abort(reason: unknown): void {
    if (this.#aborted) return;
    this.#aborted = { reason };
    this.forget?.();
    this.#controller?.abort(reason);
    this.onAbort?.(reason);
  }

  /** The factory begins now: what was invalidated before does not concern what it will read. */
  begins(): void {
    this.beganAtMs = performance.now();
    this.voided = false;
    this.#tagVoids = undefined;
  }

  /** Which tags the load will end with is not known yet. */
  voidTag(tag: string, epoch: number): void {
    this.#tagVoids ??= new Map();
    if (!this.#tagVoids.has(tag)) this.#tagVoids.set(tag, epoch);
  }

  /** Whether anything was invalidated meanwhile that it might have to do with. */
  get disturbed(): boolean {
    return this.voided || this.#tagVoids !== undefined;
  }

  /** Whether one of the tags it ended with was invalidated during the load, at or before `epoch`. */
  outdated(epoch = Number.POSITIVE_INFINITY): boolean {
    const voids = this.#tagVoids;
    return voids !== undefined && this.tags.some((tag) => (voids.get(tag) ?? Number.NaN) <= epoch);
  }
}

/** One load per entry of a tenant at a time in this process; a failing load fails once, for all who wait on it. */
export class Loads {
  readonly #flights = new Map<EntryId, Flight>();
  readonly #running = new Set<Flight>();
  /** Counts tag invalidations, so that who joins a load knows which of them came before. */
  epoch = 0;

  get anyUnderway(): boolean {
    return this.#running.size > 0;
  }

  /** All, also those that nobody joins any more. */
  underway(): Flight[] {
    return [...this.#running];
  }

  get(id: EntryId): Flight | undefined {
    return this.#flights.get(id);
  }

  start(id: EntryId, tags: readonly string[], run: (flight: Flight) => Promise<unknown>): Flight {
    const flight = new Flight(tags);
    this.#flights.set(id, flight);
    flight.forget = () => this.#end(id, flight);
    this.#running.add(flight);
    flight.promise = run(flight).finally(() => {
      this.#running.delete(flight);
      this.#end(id, flight);
    });
    // Every caller may have left by then.
    flight.promise.catch(() => {});
    return flight;
  }

  begins(id: EntryId, flight: Flight): void {
    flight.throwIfAborted();
    flight.begins();
    if (!this.#flights.has(id)) this.#flights.set(id, flight);
  }

  /** Later callers start anew, for what is under way may have read its source before the invalidation. */
  void(id: EntryId): void {
    const flight = this.#flights.get(id);
    if (flight) this.#void(id, flight);
  }

  voidScopes(scopes: readonly Scope[]): void {
    const epoch = ++this.epoch;
    for (const [id, flight] of [...this.#flights]) {
      for (const scope of scopes) {
        if (covers(scope, id, flight.tags)) this.#void(id, flight);
        else if ('tag' in scope) flight.voidTag(scope.tag, epoch);
        // Who joins from now on must not be answered what the invalidation took away.
        if (covers(scope, id, flight.stale?.tags)) flight.stale = undefined;
      }
    }
  }

  voidAll(): void {
    for (const [id, flight] of [...this.#flights]) this.#void(id, flight);
  }

  #void(id: EntryId, flight: Flight): void {
    flight.voided = true;
    this.#end(id, flight);
    flight.onVoid?.();
    flight.onVoid = undefined;
  }

  #end(id: EntryId, flight: Flight): void {
    if (this.#flights.get(id) === flight) this.#flights.delete(id);
  }
}
