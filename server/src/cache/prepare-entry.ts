import { types } from 'node:util';
import type { Codec, EntryBody } from '../core/contracts.js';
import { fail, TenantCacheError } from '../core/errors.js';
import type { LocalEntry } from '../core/local-tier.js';
import type { ReplicaWait } from '../core/replica-wait.js';
import type { EntryId } from '../core/resource.js';
import type { TtlPolicy } from '../core/ttl-decision.js';
import type { EntryPlan } from './entry-options.js';
import type { TenantRuntime } from './tenant-runtime.js';

export interface EntryRequest {
  readonly runtime: TenantRuntime;
  readonly resource: string;
  readonly id: EntryId;
  readonly value: unknown;
  readonly plan: EntryPlan;
  readonly loadMs: number | undefined;
  readonly waitFor: ReplicaWait | undefined;
}

/** The same value for the shared store and for L1. */
export interface PreparedEntry {
  readonly body: EntryBody;
  readonly local: LocalEntry;
}

/**
 * Encodes a value and decides how long it lives.
 * @throws TenantCacheError `VALUE_NOT_CACHEABLE`, `ENTRY_TOO_LARGE` for what the resource's `maxEntryBytes` does not allow
 */
export function prepareEntry(
  codec: Codec,
  policy: TtlPolicy,
  request: EntryRequest,
): PreparedEntry | Promise<PreparedEntry> {
  const encoded = encode(codec, request.value);
  if (types.isPromise(encoded)) return encoded.then((payload) => describe(codec, policy, request, payload));
  return describe(codec, policy, request, encoded);
}

function describe(
  codec: Codec,
  policy: TtlPolicy,
  request: EntryRequest,
  payload: Buffer,
): PreparedEntry | Promise<PreparedEntry> {
  const { value, plan, loadMs, waitFor } = request;
  if (plan.maxEntryBytes !== undefined && payload.length > plan.maxEntryBytes) {
    throw fail('ENTRY_TOO_LARGE', { given: `${payload.length} bytes`, allowed: `${plan.maxEntryBytes} bytes` });
  }
  const { graceMs, staleWhileRevalidateMs } = plan.settings;
  const ttlMs = lifetime(policy, request, payload);
  const { tags, priority } = plan;
  const body = { payload, ttlMs, graceMs: Math.max(graceMs, staleWhileRevalidateMs), tags, loadMs, priority, waitFor };
  const prepared = (kept: unknown): PreparedEntry => ({
    body,
    local: { value: kept, bytes: payload.length, freshUntilMs: Date.now() + ttlMs, tags, loadMs },
  });
  if (!codec.differs?.(payload)) return prepared(value);
  const decoded = codec.decode(payload);
  return types.isPromise(decoded) ? decoded.then(prepared) : prepared(decoded);
}

function lifetime(policy: TtlPolicy, request: EntryRequest, payload: Buffer): number {
  const { runtime, resource, id, value, plan } = request;
  const { settings, explicitTtl: explicit, category } = plan;
  const asked = { tenant: runtime.tenant, resource, id, value, payload, ttlMs: plan.ttlMs, explicit, category };
  let { ttlMs } = policy.decide(asked);
  if (value === null) ttlMs = Math.min(ttlMs, settings.negativeTtlMs);
  if (settings.ttlJitter > 0) ttlMs = Math.max(1, Math.round(ttlMs * (1 - settings.ttlJitter * Math.random())));
  return ttlMs;
}

function encode(codec: Codec, value: unknown): Buffer | Promise<Buffer> {
  try {
    const encoded = codec.encode(value);
    return types.isPromise(encoded) ? encoded.catch(notCacheable) : encoded;
  } catch (error) {
    return notCacheable(error);
  }
}

function notCacheable(error: unknown): never {
  if (error instanceof TenantCacheError) throw error;
  throw fail('VALUE_NOT_CACHEABLE', { given: 'a value that the codec does not encode', cause: error });
}
