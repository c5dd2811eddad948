import { countedSoFar, type TenantCounters } from '../core/counters.js';
import type { TenantId } from '../core/tenant-id.js';
import { type EndedParts, TenantAccount } from './tenant-account.js';

/** Past it the oldest buckets are dropped, whose counts later parts of their day have. */
const MAX_ENDED_PARTS = 100_000;

/**
 * The accounts of this process's tenants: cumulative counters cut into UTC days and sample buckets, so that merging a
 * part any number of times gives the same rows. A tenant that left and came back has parts of another name, for its
 * counters began anew.
 */
export class UsageLedger {
  readonly #accounts = new Map<TenantId, TenantAccount>();
  readonly #processEpoch: string;
  readonly #bucketMs: number;
  readonly #ended: EndedParts;
  #generation = 0;
  #someLeft = false;

  /** @param processEpoch random, at most 40 characters: a number is added to it */
  constructor(processEpoch: string, bucketMs: number, maxEndedParts = MAX_ENDED_PARTS) {
    this.#processEpoch = processEpoch;
    this.#bucketMs = bucketMs;
    this.#ended = { count: 0, max: maxEndedParts };
  }

  /** Tenants with an account. */
  get size(): number {
    return this.#accounts.size;
  }

  /** Parts of ended buckets that are kept. */
  get endedParts(): number {
    return this.#ended.count;
  }

  /** The tenant's account, up to date. */
  look(tenant: TenantId, counters: TenantCounters, nowMs: number, incarnation: number | undefined): TenantAccount {
    let account = this.#accounts.get(tenant);
    if (account?.counters !== counters) account = this.#open(tenant, counters, nowMs);
    account.look(nowMs, incarnation);
    return account;
  }

  /** Whether all that was counted outlives the process. */
  isSafe(tenant: TenantId, counters: TenantCounters, incarnation: number | undefined): boolean {
    const account = this.#accounts.get(tenant);
    return account?.counters === counters ? account.isSafe(incarnation) : countedSoFar(counters) === 0;
  }

  /** The tenant leaves; its counters must be safe, and are not to be used again. */
  forget(tenant: TenantId): void {
    this.#accounts.get(tenant)?.close();
    if (this.#accounts.delete(tenant)) this.#someLeft = true;
  }

  #open(tenant: TenantId, counters: TenantCounters, nowMs: number): TenantAccount {
    // Whoever comes may be one of those that left.
    this.forget(tenant);
    if (this.#someLeft) this.#generation++;
    this.#someLeft = false;
    const epoch = `${this.#processEpoch}.${this.#generation}`;
    // Its counters began at zero when it came, which may be a bucket or a day ago.
    const sinceMs = Math.min(counters.sinceMs, nowMs);
    const account = new TenantAccount(tenant, counters, epoch, this.#bucketMs, sinceMs, this.#ended);
    this.#accounts.set(tenant, account);
    return account;
  }
}
