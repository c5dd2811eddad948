import { randomUUID } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import {
  IDEMPOTENCY_KEPT_MS,
  IDEMPOTENCY_LOCK_MS,
  type IdempotencyStore,
  type IdempotentRequest,
  type IdempotentStart,
  type KeptAnswer,
} from '../core/idempotency.js';

interface Kept {
  readonly fingerprint: string;
  readonly token: string;
  readonly lockedUntilMs: number;
  readonly answer?: KeptAnswer;
}

/** The last 10,000 keys, in the memory of this process. */
export class MemoryIdempotency implements IdempotencyStore {
  readonly #kept: LRUCache<string, Kept>;
  readonly #now: () => number;

  constructor(now: () => number = Date.now, maxKeys = 10_000) {
    this.#now = now;
    this.#kept = new LRUCache({ max: maxKeys, ttl: IDEMPOTENCY_KEPT_MS, ttlResolution: 0, perf: { now } });
  }

  async begin({ id, fingerprint }: IdempotentRequest): Promise<IdempotentStart> {
    const kept = this.#kept.get(id);
    if (kept && kept.fingerprint !== fingerprint) return { kind: 'mismatch' };
    if (kept?.answer) return { kind: 'answered', answer: kept.answer };
    if (kept && kept.lockedUntilMs > this.#now()) return { kind: 'running' };
    const token = randomUUID();
    this.#kept.set(id, { fingerprint, token, lockedUntilMs: this.#now() + IDEMPOTENCY_LOCK_MS });
    return { kind: 'begun', token };
  }

  async finish(id: string, token: string, answer: KeptAnswer): Promise<boolean> {
    const kept = this.#kept.get(id);
    if (kept?.token !== token || kept.answer) return false;
    this.#kept.set(id, { ...kept, answer });
    return true;
  }

  async abandon(id: string, token: string): Promise<void> {
    const kept = this.#kept.get(id);
    if (kept?.token === token && !kept.answer) this.#kept.delete(id);
  }
}
