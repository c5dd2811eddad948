import { fail } from './errors.js';
import type { TenantId } from './tenant-id.js';

/** Names of shared datasets. */
export const DATASET_PATTERN = /^[a-z][a-z0-9-]{0,31}$/;
/** What a group's name may be made of: no brace, for braces frame it in the key, and nothing that does not print. */
const GROUP_PATTERN = /^[^{}\p{C}\p{Z}]+$/u;
const MAX_GROUP_BYTES = 128;
/** Kinds have parts: `price`, `ohlcv:1m:100`. */
export const KIND_PATTERN = /^[a-z][A-Za-z0-9]{0,31}(?::[A-Za-z0-9_-]{1,32}){0,4}$/;

const PLAIN = 'shared:';
const OPENED = '{shared:';

/**
 * Who a dataset's bytes belong to. The tiers know accounts by a tenant's id; this one is off the grammar of tenants, so
 * that no id that anybody sends can ever name it.
 */
export type DatasetOwner = TenantId & { readonly __dataset: true };

/**
 * On a Cluster all keys of one account have to share a slot, so there the whole name is the hash tag: the entry
 * `shared:market:{binance:BTC/USDT}:price` is `{shared:market}:{binance:BTC/USDT}:price` (ADR 11).
 * @throws TenantCacheError `DATASET_INVALID`
 */
export function datasetOwner(dataset: string, onCluster: boolean): DatasetOwner {
  assertDataset(dataset);
  return (onCluster ? `${OPENED}${dataset}}` : PLAIN + dataset) as DatasetOwner;
}

/** Whether an account is a dataset's; every other one is a tenant's. */
export function isDatasetOwner(account: TenantId): account is DatasetOwner {
  // No tenant's id has a colon or a brace.
  return account.startsWith(PLAIN) || account.startsWith(OPENED);
}

/** The dataset that an account belongs to; undefined of a tenant's. */
export function datasetOf(account: TenantId): string | undefined {
  const name = account.startsWith('{') ? account.slice(OPENED.length, -1) : account.slice(PLAIN.length);
  if (!DATASET_PATTERN.test(name)) return undefined;
  return account === PLAIN + name || account === `${OPENED}${name}}` ? name : undefined;
}

/** @throws TenantCacheError `DATASET_INVALID` */
export function assertDataset(dataset: unknown): asserts dataset is string {
  if (typeof dataset === 'string' && DATASET_PATTERN.test(dataset)) return;
  throw fail('DATASET_INVALID', {
    given: typeof dataset === 'string' ? `${dataset.length} characters` : typeof dataset,
    allowed: String(DATASET_PATTERN),
  });
}

/** A thing that a dataset has values of, and which of them: the group `binance:BTC/USDT`, the kind `price`. */
export interface SharedKey {
  readonly group: string;
  readonly kind: string;
}

/**
 * How the tiers call an entry of a dataset: its name `{<group>}:<kind>`, split at the first colon as a tenant's is. So what
 * counts as its resource is what stands before the first colon of the group, such as `{binance`.
 * @throws TenantCacheError `KEY_INVALID`
 */
export function sharedEntry({ group, kind }: SharedKey): readonly [resource: string, key: string] {
  assertGroup(group);
  if (typeof kind !== 'string' || !KIND_PATTERN.test(kind)) throw refused('kind', kind, String(KIND_PATTERN));
  const name = `{${group}}:${kind}`;
  const colon = name.indexOf(':');
  return [name.slice(0, colon), name.slice(colon + 1)];
}

/** Where the tiers find entries whose names begin so, such as `{binance:BTC/USDT}:` and `{binance:`: split as each name is. */
export function sharedScope(opening: `{${string}:${string}`): { readonly resource: string; readonly prefix: string } {
  const colon = opening.indexOf(':');
  return { resource: opening.slice(0, colon), prefix: opening.slice(colon + 1) };
}

/** The inverse of `sharedEntry`; undefined for what it did not make. */
export function sharedKeyOf(entry: string): SharedKey | undefined {
  const end = entry.indexOf('}:');
  if (!entry.startsWith('{') || end < 0) return undefined;
  return { group: entry.slice(1, end), kind: entry.slice(end + 2) };
}

/** @throws TenantCacheError `KEY_INVALID` */
export function assertGroup(group: unknown): asserts group is string {
  const fits = typeof group === 'string' && group.isWellFormed() && Buffer.byteLength(group) <= MAX_GROUP_BYTES;
  if (fits && GROUP_PATTERN.test(group) && !group.startsWith(':')) return;
  throw refused('group', group, `1 to ${MAX_GROUP_BYTES} bytes without braces, spaces and controls, no colon first`);
}

function refused(what: string, given: unknown, allowed: string) {
  return fail('KEY_INVALID', {
    given: typeof given === 'string' ? `a ${what} of ${given.length} characters` : `a ${what}: ${typeof given}`,
    allowed,
  });
}
