import type { Actor, Page } from './actor.js';
import { fail, type TenantCacheError } from './errors.js';
import type { TenantId } from './tenant-id.js';

/** An API key as it is kept: of the key itself only its SHA-256, and a prefix that people recognise it by. */
export interface ApiKey {
  readonly keyId: string;
  readonly tenantId: TenantId;
  readonly name: string;
  /** Its first characters, which open nothing. */
  readonly prefix: string;
  /** What it may be used for, in the application's own words: `[a-z][a-z0-9:._-]{0,63}`, at most 32. */
  readonly scopes: readonly string[];
  readonly createdAt: string;
  readonly createdBy: string;
  /** Null: never. */
  readonly expiresAt: string | null;
  /** To the minute. */
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

export interface NewApiKey {
  readonly tenantId: TenantId;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresAtMs: number | undefined;
}

/** Keys that changed since a cursor, so that what is remembered of them is forgotten. */
export interface ApiKeyChanges {
  /** Those that were rotated, revoked or removed; some may be named again by the next call. */
  readonly keyIds: readonly string[];
  /** It cannot tell what changed since that cursor: nothing that is remembered may be believed. */
  readonly all?: true;
  readonly cursor: string;
}

/** Where API keys are kept: the directory. Changes leave an audit row in the same transaction. */
export interface ApiKeyStore {
  /** The key with this SHA-256, revoked and expired ones too; undefined where there is none. */
  verify(digest: Buffer): Promise<ApiKey | undefined>;
  /** Newest first. */
  list(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<ApiKey>>;
  /** @throws TenantCacheError `TENANT_NOT_FOUND`, `REQUEST_INVALID` for one more than a tenant may have */
  create(key: NewApiKey, secret: ApiKeySecret, reason: string, actor: Actor): Promise<ApiKey>;
  /**
   * A new key in place of an old one, which serves on until `oldUntilMs`, or until it would have expired. The new one has
   * its name and scopes, and from now on as long to live as the old one was given.
   * @throws TenantCacheError `API_KEY_NOT_FOUND`, also for a key of another tenant, for a revoked one and for one that was
   * rotated before; `REQUEST_INVALID`
   */
  rotate(of: ApiKeyOf, secret: ApiKeySecret, oldUntilMs: number, reason: string, actor: Actor): Promise<ApiKey>;
  /** @throws TenantCacheError `API_KEY_NOT_FOUND`; a second call changes nothing */
  revoke(of: ApiKeyOf, reason: string, actor: Actor): Promise<ApiKey>;
  /**
   * Since `cursor`, or since now where it is undefined. What is committed after the call is told by a later one.
   * Rejects with `CACHE_CLOSED` where the store is closed, after which it is asked no more.
   */
  changes(cursor: string | undefined): Promise<ApiKeyChanges>;
  /** When keys were last used, in milliseconds since 1970; may be lost. */
  used(times: ReadonlyMap<string, number>): Promise<void>;
}

/** A tenant's key; of another tenant's there is no such key. */
export interface ApiKeyOf {
  readonly tenantId: TenantId;
  readonly keyId: string;
}

/** What is kept of the key itself. */
export interface ApiKeySecret {
  readonly prefix: string;
  /** SHA-256. */
  readonly digest: Buffer;
}

/** That a tenant may have at a time, revoked and expired ones aside. */
export const MAX_API_KEYS = 100;
export const MAX_API_KEY_SCOPES = 32;
export const API_KEY_SCOPE = /^[a-z][a-z0-9:._-]{0,63}$/;

/** Whether it opens anything at that time. */
export function isLive(key: Pick<ApiKey, 'expiresAt' | 'revokedAt'>, nowMs: number): boolean {
  return key.revokedAt === null && (key.expiresAt === null || Date.parse(key.expiresAt) > nowMs);
}

/** When the key that replaces this one expires, never before this one would have; null: never. */
export function rotatedExpiryMs({ createdAt, expiresAt }: ApiKey, nowMs: number): number | null {
  if (expiresAt === null) return null;
  // The database's clock may be ahead of this one.
  return Date.parse(expiresAt) + Math.max(0, nowMs - Date.parse(createdAt));
}

/** What is left of a rotated key's life is its grace: a key that took after it would be born to die. */
export function rotatedBefore(): TenantCacheError {
  return fail('API_KEY_NOT_FOUND', {
    given: 'a key that was rotated before',
    todo: 'list the keys, and rotate the one that took its place, or make a new one',
  });
}

/** What the audit keeps of a key. */
export function auditedApiKey({ keyId, name, prefix, scopes, expiresAt, revokedAt }: ApiKey) {
  return { apiKey: keyId, name, prefix, scopes, expiresAt, revokedAt };
}
