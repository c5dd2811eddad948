import { datasetOf, isDatasetOwner } from '../core/dataset.js';
import { assertResourceName } from '../core/resource.js';
import { HASH_MARKER, MAX_STORED_KEY_BYTES, type StoredMember } from '../core/stored-size.js';
import { type TenantId, tenantId } from '../core/tenant-id.js';

/** What a Redis key of ours is: an entry, or one kind of a tenant's bookkeeping. */
export type RedisKey =
  | { readonly kind: 'entry'; readonly tenant: TenantId; readonly member: StoredMember }
  | { readonly kind: MetaKind; readonly tenant: TenantId }
  | { readonly kind: 'wb-tenants' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'roll' }
  | { readonly kind: 'counted' }
  | { readonly kind: 'sentinel'; readonly number: number }
  | { readonly kind: 'leader'; readonly name: string }
  | { readonly kind: 'rate'; readonly policy: string; readonly hash: string };

/** Every key kind that Redis keeps beside the entries; `bus` is a channel, and `absent` a key that never exists. */
export const META_KINDS = [
  'state',
  'lru',
  'exp',
  'freq',
  'tags',
  'inv',
  'leases',
  'bus',
  'wb',
  'wb-state',
  'wb-newest',
  'wb-values',
  'wb-open',
  'wb-dead',
  'counters',
  'absent',
] as const;
type MetaKind = (typeof META_KINDS)[number];

/** The braces are literal: all keys of a tenant share one Cluster slot. A dataset's name brings its own, on a Cluster. */
export function entryPrefix(account: TenantId): string {
  return isDatasetOwner(account) ? `${account}:` : `tenant:{${account}}:`;
}

export function metaKey(kind: MetaKind, account: TenantId): string {
  return isDatasetOwner(account) ? `meta:${account}:${kind}` : `meta:{${account}}:${kind}`;
}

/** Of a key that is known to be `metaKey(kind, …)`; from any other comes a name that is no account's. */
export function tenantOfKey(kind: MetaKind, key: string): TenantId {
  const account = key.slice('meta:'.length, -`:${kind}`.length) as TenantId;
  return isDatasetOwner(account) ? account : (account.slice(1, -1) as TenantId);
}

/** What decides on the slot of all keys of an account on a Cluster. */
export function hashTagOf(account: TenantId): string {
  return account.startsWith('{') ? account.slice(1, -1) : account;
}

/** Tenants that may have a write-behind queue. */
const WRITE_BEHIND_TENANTS = 'tenantcache:write-behind-tenants';
/** Which settings changed last. */
const SETTINGS = 'tenantcache:settings';
/** Tenants that may hold bytes. */
const ROLL = 'tenantcache:roll';
/** Tenants with counters that may not be in the usage sink yet. */
const COUNTED = 'tenantcache:counted';
/** What tells that a server was emptied, by a number that is in one of its slots. */
const SENTINEL = 'tenantcache:sentinel:';
const SENTINEL_NUMBER = /^(?:0|[1-9][0-9]{0,3})$/;
/** Who does what one process should do. */
const LEADER = 'tenantcache:leader:';
const LEADER_NAME = /^[a-z][a-z0-9-]{0,95}$/;
/** What was counted of one caller in the present window of a rate limit. */
const RATE = 'tenantcache:rate:';
const RATE_NAME = /^(?<policy>[a-z][a-z0-9-]{0,31}):(?<hash>[\w-]{22})$/;

export function buildKey(key: RedisKey): string {
  if (key.kind === 'wb-tenants') return WRITE_BEHIND_TENANTS;
  if (key.kind === 'settings') return SETTINGS;
  if (key.kind === 'roll') return ROLL;
  if (key.kind === 'counted') return COUNTED;
  if (key.kind === 'sentinel') return SENTINEL + key.number;
  if (key.kind === 'leader') return LEADER + key.name;
  if (key.kind === 'rate') return `${RATE}${key.policy}:${key.hash}`;
  return key.kind === 'entry' ? entryPrefix(key.tenant) + key.member : metaKey(key.kind, key.tenant);
}

/** The inverse of `buildKey`; undefined for a key that is none of ours. */
export function parseKey(text: string): RedisKey | undefined {
  if (text === WRITE_BEHIND_TENANTS) return { kind: 'wb-tenants' };
  if (text === SETTINGS) return { kind: 'settings' };
  if (text === ROLL) return { kind: 'roll' };
  if (text === COUNTED) return { kind: 'counted' };
  if (text.startsWith(SENTINEL)) {
    const number = text.slice(SENTINEL.length);
    return SENTINEL_NUMBER.test(number) ? { kind: 'sentinel', number: Number(number) } : undefined;
  }
  if (text.startsWith(LEADER)) {
    const name = text.slice(LEADER.length);
    return LEADER_NAME.test(name) ? { kind: 'leader', name } : undefined;
  }
  if (text.startsWith(RATE)) {
    const { policy, hash } = RATE_NAME.exec(text.slice(RATE.length))?.groups ?? {};
    return policy === undefined || hash === undefined ? undefined : { kind: 'rate', policy, hash };
  }
  const parts = /^(tenant|meta):\{([^{}]*)\}:([\s\S]*)$/.exec(text);
  if (!parts || parts[2]?.includes(':')) return parseDatasetKey(text);
  const [, space, id, rest] = parts as unknown as [string, string, string, string];
  try {
    const tenant = tenantId(id);
    if (space === 'meta') {
      const kind = META_KINDS.find((known) => known === rest);
      return kind && { kind, tenant };
    }
    const colon = rest.indexOf(':');
    assertResourceName(rest.slice(0, Math.max(colon, 0)));
    return isStoredKey(rest.slice(colon + 1)) ? { kind: 'entry', tenant, member: rest as StoredMember } : undefined;
  } catch {
    return undefined;
  }
}

/** `shared:market:{binance:BTC/USDT}:price`, or on a Cluster `{shared:market}:{binance:BTC/USDT}:price`; and bookkeeping. */
const DATASET_KEY = /^(?<meta>meta:)?(?<account>shared:[a-z][a-z0-9-]*|\{shared:[a-z][a-z0-9-]*\}):(?<rest>[\s\S]+)$/;

function parseDatasetKey(text: string): RedisKey | undefined {
  const { meta, account, rest } = DATASET_KEY.exec(text)?.groups ?? {};
  if (account === undefined || rest === undefined || datasetOf(account as TenantId) === undefined) return undefined;
  const tenant = account as TenantId;
  if (meta !== undefined) {
    const kind = META_KINDS.find((known) => known === rest);
    return kind && { kind, tenant };
  }
  const colon = rest.indexOf(':');
  const isEntry = rest.startsWith('{') && isStoredKey(rest.slice(colon + 1));
  return isEntry && colon > 0 ? { kind: 'entry', tenant, member: rest as StoredMember } : undefined;
}

function isStoredKey(key: string): boolean {
  if (key.startsWith(HASH_MARKER)) return /^~sha256:[0-9a-f]{64}$/.test(key);
  return key !== '' && Buffer.byteLength(key) <= MAX_STORED_KEY_BYTES;
}
