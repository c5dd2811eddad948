/** What goes wrong: an answer of 503, none at all, or a connection that breaks. */
export const FAULTS = ['error', 'hang', 'reset'] as const;
export type Fault = (typeof FAULTS)[number];

/** What tests and demonstrations change while the exchange runs; what is left out stays as it is. */
export interface ExchangeSwitches {
  readonly latencyMs?: readonly [least: number, most: number];
  readonly weightPerMinute?: number;
  /** Of every endpoint; null: none. */
  readonly outage?: Fault | null;
  /** By path, such as `/api/v3/klines`; null: none. */
  readonly endpoints?: Readonly<Record<string, Fault | null>>;
}

/** The switches of an exchange, and what it was asked. */
export class ExchangeControl {
  latencyMs: readonly [least: number, most: number];
  weightPerMinute: number;
  outage: Fault | null = null;
  readonly endpoints = new Map<string, Fault>();
  readonly #requests = new Map<string, number>();

  constructor(latencyMs: readonly [number, number], weightPerMinute: number) {
    this.latencyMs = latencyMs;
    this.weightPerMinute = weightPerMinute;
  }

  set({ latencyMs, weightPerMinute, outage, endpoints = {} }: ExchangeSwitches): void {
    if (latencyMs !== undefined) this.latencyMs = latencyMs;
    if (weightPerMinute !== undefined) this.weightPerMinute = weightPerMinute;
    if (outage !== undefined) this.outage = outage;
    for (const [path, fault] of Object.entries(endpoints)) {
      if (fault === null) this.endpoints.delete(path);
      else this.endpoints.set(path, fault);
    }
  }

  faultOf(path: string): Fault | undefined {
    return this.outage ?? this.endpoints.get(path);
  }

  /** @param symbol where the request named one */
  noteRequest(path: string, symbol: string | null): void {
    const name = symbol === null ? path : `${path} ${symbol}`;
    this.#requests.set(name, (this.#requests.get(name) ?? 0) + 1);
  }

  /** Requests since the beginning, by path, and by path and symbol where one was named. */
  get requests(): Readonly<Record<string, number>> {
    return Object.fromEntries(this.#requests);
  }

  /** Of a path, whatever was asked there; of all paths where none is given. */
  requestsOf(path = ''): number {
    let sum = 0;
    for (const [name, count] of this.#requests) if (path === '' || name.split(' ')[0] === path) sum += count;
    return sum;
  }
}
