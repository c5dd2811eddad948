import type { Redis } from 'ioredis';
import { asRefusal, storeUnavailable } from './store-unavailable.js';

const MAX_CONNECTIONS = 64;

/** Connections for writes that wait for replicas, each for one call at a time: WAIT holds up all that is behind it. */
export class ReplicatingPool {
  readonly #open: () => Promise<Redis>;
  readonly #free: Redis[] = [];
  readonly #all = new Set<Redis>();
  #opening = 0;

  constructor(open: () => Promise<Redis>) {
    this.#open = open;
  }

  /** To be given back by `release`. @throws TenantCacheError `STORE_UNAVAILABLE` where too many are in use */
  async take(): Promise<Redis> {
    const free = this.#free.pop();
    if (free) return free;
    if (this.#all.size + this.#opening >= MAX_CONNECTIONS) {
      throw asRefusal(storeUnavailable(`${MAX_CONNECTIONS} writes wait for replicas already`));
    }
    this.#opening++;
    try {
      const client = await this.#open();
      this.#all.add(client);
      return client;
    } finally {
      this.#opening--;
    }
  }

  release(client: Redis): void {
    this.#free.push(client);
  }

  /** Of a connection that still owes an answer. */
  discard(client: Redis): void {
    this.#all.delete(client);
    client.disconnect();
  }

  close(): void {
    for (const client of this.#all) client.disconnect();
  }
}
