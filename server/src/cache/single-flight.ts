/** A load under way. */
export interface Flight<V> {
  readonly promise: Promise<V>;
  /** Set by an invalidation: the callers still get the value, but it is not stored. */
  voided: boolean;
  /** Stands while the value is being written; an invalidation waits for it, or the write could overtake it. */
  storing?: Promise<unknown>;
}

/** One load per key at a time in this process; a failing load fails once, for all who wait on it. */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Flight<V>>();

  get(key: K): Flight<V> | undefined {
    return this.#flights.get(key);
  }

  /** Starts a load that others can join until it ends or is voided. */
  start(key: K, load: (flight: Flight<V>) => Promise<V>): Promise<V> {
    const flight = { promise: undefined as unknown as Promise<V>, voided: false };
    flight.promise = load(flight).finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight.promise;
  }

  /** Later callers start anew, for what is under way read its source before the invalidation. */
  void(key: K): Promise<unknown> | undefined {
    const flight = this.#flights.get(key);
    if (flight === undefined) return undefined;
    flight.voided = true;
    this.#flights.delete(key);
    return flight.storing;
  }

  voidAll(): Promise<unknown> {
    return Promise.all([...this.#flights.keys()].map((key) => this.void(key)));
  }
}
