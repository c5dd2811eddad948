import { randomUUID } from 'node:crypto';
import type { EntryBody, Lease, LeaseRequest, SharedStore } from '../core/contracts.js';
import { type Limits, limitsOf, type TenantSettings } from '../core/quota.js';
import { type EntryId, entryId } from '../core/resource.js';
import type { WriteOutcome } from '../core/store-outcomes.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';
import type { TestKit } from './test-kit.js';

export interface SharedStoreUnderTest {
  readonly store: SharedStore;
  /** A second process on the same data. */
  readonly other: SharedStore;
  /** Moves time on for this tenant: what was to end within `seconds`, leases among it, is over. */
  readonly age: (tenant: TenantId, seconds: number) => Promise<void>;
  /** Resolves once touches made so far count. */
  readonly touched: () => Promise<void>;
  readonly close: () => Promise<void>;
}

type PutOptions = Partial<Omit<EntryBody, 'payload'>> & { limits?: Limits; lease?: Lease };

/** A new tenant of a store, and how to write to it. Keys are of the resource `r`. */
export interface Desk extends SharedStoreUnderTest {
  readonly tenant: TenantId;
  readonly limits: (settings?: Partial<TenantSettings>) => Limits;
  readonly put: (key: string, payloadBytes: number, options?: PutOptions) => Promise<WriteOutcome>;
  /** A lease of 10 minutes; fails unless it is granted. */
  readonly grant: (key: string, request?: Partial<LeaseRequest>) => Promise<Lease>;
}

type Test = (title: string, body: (desk: Desk) => Promise<void>) => void;

/** Each test of a theme has a store and a tenant of its own. */
export function theme(
  { describe, it }: TestKit,
  title: string,
  open: () => Promise<SharedStoreUnderTest>,
  tests: (test: Test) => void,
): void {
  const test: Test = (title, body) =>
    it(title, async () => {
      const under = await open();
      try {
        await body(desk(under));
      } finally {
        await under.close();
      }
    });
  describe(title, () => tests(test));
}

/**
 * What an entry takes beside its payload where the tenant's id has 32 characters and the key has 2: the key's frame with
 * the resource `r`, id and key; the envelope's fixed part; the bookkeeping.
 */
const BESIDE_PAYLOAD_BYTES = 12 + 32 + 2 + 20 + 128;
const HOUR_MS = 3_600_000;
export const LEASE_MS = 600_000;

function desk(under: SharedStoreUnderTest): Desk {
  const { store } = under;
  const tenant = newTenant();
  const limits = (settings: Partial<TenantSettings> = {}) => limitsOf({ quotaBytes: 1e9, ...settings });
  return {
    ...under,
    tenant,
    limits,
    put: (key, payloadBytes, { limits: given = limits(), lease, ...rest } = {}) =>
      store.write(tenant, id(key), { ...body(payloadBytes), ...rest }, given, lease),
    grant: async (key, request = {}) => {
      const answer = await store.lease(tenant, id(key), { seenSequence: 0, ttlMs: LEASE_MS, ...request });
      if (answer.kind !== 'granted') throw new Error(`the lease is ${answer.kind}`);
      return answer.lease;
    },
  };
}

export function newTenant(): TenantId {
  return tenantId(randomUUID().replaceAll('-', ''));
}

export function id(key: string): EntryId {
  return entryId('r', key);
}

export function body(payloadBytes: number): EntryBody {
  return { payload: Buffer.alloc(payloadBytes, 7), ttlMs: HOUR_MS, graceMs: 0 };
}

/** @param valueBytes payload and what the envelope holds beyond its fixed part */
export function sizeOf(valueBytes: number): number {
  return Math.ceil((BESIDE_PAYLOAD_BYTES + valueBytes) / 16) * 16;
}

/** Which of the keys `k0` to `k<count - 1>` are visible. */
export async function present(store: SharedStore, tenant: TenantId, count: number): Promise<number[]> {
  const keys = Array.from({ length: count }, (_, n) => `k${n}`);
  return (await visible(store, tenant, keys)).map((key) => Number(key.slice(1)));
}

export async function visible(store: SharedStore, tenant: TenantId, keys: readonly string[]): Promise<string[]> {
  const found = await store.getMany(tenant, keys.map(id));
  return keys.filter((_, n) => found[n] !== undefined);
}

export async function settleAll(store: SharedStore, tenant: TenantId, limits: Limits) {
  let evictedEntries = 0;
  let evictedBytes = 0;
  for (;;) {
    const round = await store.settle(tenant, limits);
    evictedEntries += round.evictedEntries;
    evictedBytes += round.evictedBytes;
    if (!round.more) return { ...round, evictedEntries, evictedBytes };
  }
}
