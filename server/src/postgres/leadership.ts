import { SessionLock } from '@tenantcache/database';
import type { Leadership } from '../core/upkeep.js';

/**
 * At least the time in ms: a fence of a lease in Redis, from before there was a Postgres, is never above it. Leaders of
 * different names take turns, or the slower would set the sequence back.
 */
const NEXT_FENCE = `
  WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(72707372))
  SELECT setval('leadership_fences',
                GREATEST(nextval('leadership_fences'), (extract(epoch FROM clock_timestamp()) * 1000)::bigint))::float8 AS fence
    FROM turn`;

/** Leads by an advisory lock, for as long as its session is alive: a lost connection ends it, and lets another lead. */
export class PostgresLeadership implements Leadership {
  readonly #lock: SessionLock;
  #fence: number | undefined;
  #asking: Promise<number | undefined> | undefined;
  #closed = false;

  constructor(url: string, name: string, timeoutMs: number) {
    this.#lock = new SessionLock({ url, name, timeoutMs });
  }

  /** Rejects where Postgres does not answer; then this process does not lead. */
  lead(): Promise<number | undefined> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async resign(): Promise<void> {
    await this.#asking?.catch(() => {});
    this.#fence = undefined;
    await this.#lock.release();
  }

  /** Resigns, and leads never again. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.resign();
  }

  async #ask(): Promise<number | undefined> {
    if (this.#closed) return undefined;
    const held = this.#lock.held;
    if (!held) this.#fence = undefined;
    if (!(await this.#lock.hold())) return undefined;
    if (!held || this.#fence === undefined) {
      this.#fence = (await this.#lock.row<{ fence: number }>(NEXT_FENCE))?.fence;
    }
    return this.#lock.held ? this.#fence : undefined;
  }
}
