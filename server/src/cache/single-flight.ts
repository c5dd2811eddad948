/** Callers who ask for the same thing while it is under way share one answer. */
export class SingleFlight<K, V> {
  readonly #flights = new Map<K, Promise<V>>();

  get size(): number {
    return this.#flights.size;
  }

  share(key: K, run: () => Promise<V>): Promise<V> {
    const underway = this.#flights.get(key);
    if (underway) return underway;
    const flight = run().finally(() => {
      if (this.#flights.get(key) === flight) this.#flights.delete(key);
    });
    this.#flights.set(key, flight);
    return flight;
  }

  /** Who asks from now on asks anew. */
  forget(key: K): void {
    this.#flights.delete(key);
  }

  forgetAll(): void {
    this.#flights.clear();
  }
}
