const MINUTE_MS = 60_000;

/** Request weight per address and minute, as Binance counts it. */
export class WeightLimit {
  #minute = 0;
  readonly #used = new Map<string, number>();

  constructor(
    private readonly weightPerMinute: () => number,
    private readonly nowMs: () => number,
  ) {}

  /** Counts a request; `retryAfterSeconds` is set where it is over the limit. */
  take(address: string, weight: number): { usedWeight: number; retryAfterSeconds?: number } {
    const now = this.nowMs();
    const minute = Math.floor(now / MINUTE_MS);
    if (minute !== this.#minute) {
      this.#minute = minute;
      this.#used.clear();
    }
    const usedWeight = (this.#used.get(address) ?? 0) + weight;
    this.#used.set(address, usedWeight);
    if (usedWeight <= this.weightPerMinute()) return { usedWeight };
    return { usedWeight, retryAfterSeconds: Math.max(1, Math.ceil(((minute + 1) * MINUTE_MS - now) / 1_000)) };
  }
}
