import { randomUUID } from 'node:crypto';
import type { Actor, Page } from '../core/actor.js';
import {
  type ApiKey,
  type ApiKeyChanges,
  type ApiKeyOf,
  type ApiKeySecret,
  type ApiKeyStore,
  auditedApiKey,
  isLive,
  MAX_API_KEYS,
  type NewApiKey,
  rotatedBefore,
  rotatedExpiryMs,
} from '../core/api-keys.js';
import { fail } from '../core/errors.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Deed } from './memory-audit.js';
import { pageOf } from './tenant-list.js';

/** Ids kept for those who ask what changed; who asks for older ones is told that all may have. */
const MAX_CHANGES = 10_000;

/** API keys in the memory of this process, lost with it. */
export class MemoryApiKeys implements ApiKeyStore {
  /** In the order in which they were made. */
  readonly #keys = new Map<string, ApiKey>();
  readonly #ids = new Map<string, string>();
  readonly #rotated = new Set<string>();
  readonly #changed: string[] = [];
  #firstChange = 0;
  readonly #isKnown: (tenant: TenantId) => boolean;
  readonly #audit: (actor: Actor, deed: Deed) => void;

  constructor(isKnown: (tenant: TenantId) => boolean, audit: (actor: Actor, deed: Deed) => void) {
    this.#isKnown = isKnown;
    this.#audit = audit;
  }

  async verify(digest: Buffer): Promise<ApiKey | undefined> {
    const keyId = this.#ids.get(digest.toString('hex'));
    return keyId === undefined ? undefined : this.#keys.get(keyId);
  }

  async list(tenant: TenantId, query: { page: number; pageSize: number }): Promise<Page<ApiKey>> {
    return pageOf(this.#of(tenant).reverse(), query);
  }

  async create(key: NewApiKey, secret: ApiKeySecret, reason: string, actor: Actor): Promise<ApiKey> {
    if (!this.#isKnown(key.tenantId)) throw fail('TENANT_NOT_FOUND');
    const made = this.#insert(key, secret, actor);
    this.#keep(actor, made.tenantId, null, auditedApiKey(made), reason);
    return made;
  }

  async rotate(of: ApiKeyOf, secret: ApiKeySecret, oldUntilMs: number, reason: string, actor: Actor): Promise<ApiKey> {
    const before = this.#find(of);
    if (before.revokedAt !== null) throw fail('API_KEY_NOT_FOUND');
    if (this.#rotated.has(of.keyId)) throw rotatedBefore();
    const { tenantId, name, scopes } = before;
    const expiresAtMs = rotatedExpiryMs(before, Date.now()) ?? undefined;
    const oldUntil = new Date(oldUntilMs).toISOString();
    const isSooner = before.expiresAt === null || oldUntilMs < Date.parse(before.expiresAt);
    const replaced = { ...before, expiresAt: isSooner ? oldUntil : before.expiresAt };
    const made = this.#insert({ tenantId, name, scopes, expiresAtMs }, secret, actor, replaced);
    this.#rotated.add(of.keyId);
    this.#change(replaced);
    const after = { ...auditedApiKey(made), rotated: of.keyId, oldUntil };
    this.#keep(actor, tenantId, auditedApiKey(before), after, reason);
    return made;
  }

  async revoke(of: ApiKeyOf, reason: string, actor: Actor): Promise<ApiKey> {
    const before = this.#find(of);
    if (before.revokedAt !== null) return before;
    const after = { ...before, revokedAt: new Date().toISOString() };
    this.#change(after);
    this.#keep(actor, of.tenantId, auditedApiKey(before), auditedApiKey(after), reason);
    return after;
  }

  async changes(cursor: string | undefined): Promise<ApiKeyChanges> {
    const next = String(this.#firstChange + this.#changed.length);
    if (cursor === undefined) return { keyIds: [], cursor: next };
    const since = Number(cursor) - this.#firstChange;
    if (since < 0) return { keyIds: [], all: true, cursor: next };
    return { keyIds: [...new Set(this.#changed.slice(since))], cursor: next };
  }

  async used(times: ReadonlyMap<string, number>): Promise<void> {
    for (const [keyId, atMs] of times) {
      const key = this.#keys.get(keyId);
      if (key === undefined || Date.parse(key.lastUsedAt ?? '') >= atMs) continue;
      this.#keys.set(keyId, { ...key, lastUsedAt: new Date(atMs).toISOString() });
    }
  }

  /** With the tenant its keys go. */
  removeTenant(tenant: TenantId): void {
    for (const { keyId } of this.#of(tenant)) {
      this.#keys.delete(keyId);
      this.#rotated.delete(keyId);
      this.#tell(keyId);
    }
    for (const [digest, keyId] of this.#ids) if (!this.#keys.has(keyId)) this.#ids.delete(digest);
  }

  #of(tenant: TenantId): ApiKey[] {
    return [...this.#keys.values()].filter((key) => key.tenantId === tenant);
  }

  /** @param replaced how the key that this one replaces is to be from now on */
  #insert(key: NewApiKey, { prefix, digest }: ApiKeySecret, actor: Actor, replaced?: ApiKey): ApiKey {
    const nowMs = Date.now();
    const others = this.#of(key.tenantId).map((each) => (each.keyId === replaced?.keyId ? replaced : each));
    if (others.filter((each) => isLive(each, nowMs)).length >= MAX_API_KEYS) {
      throw fail('REQUEST_INVALID', { given: 'one more API key', allowed: `${MAX_API_KEYS}` });
    }
    const made: ApiKey = {
      keyId: randomUUID(),
      tenantId: key.tenantId,
      name: key.name,
      prefix,
      scopes: [...key.scopes],
      createdAt: new Date(nowMs).toISOString(),
      createdBy: actor.id,
      expiresAt: key.expiresAtMs === undefined ? null : new Date(key.expiresAtMs).toISOString(),
      lastUsedAt: null,
      revokedAt: null,
    };
    this.#keys.set(made.keyId, made);
    this.#ids.set(digest.toString('hex'), made.keyId);
    return made;
  }

  #find({ tenantId, keyId }: ApiKeyOf): ApiKey {
    const key = this.#keys.get(keyId);
    if (key === undefined || key.tenantId !== tenantId) throw fail('API_KEY_NOT_FOUND');
    return key;
  }

  #change(key: ApiKey): void {
    this.#keys.set(key.keyId, key);
    this.#tell(key.keyId);
  }

  #tell(keyId: string): void {
    this.#changed.push(keyId);
    if (this.#changed.length <= MAX_CHANGES) return;
    this.#firstChange += this.#changed.splice(0, MAX_CHANGES / 2).length;
  }

  #keep(actor: Actor, tenantId: TenantId, before: Deed['before'], after: Deed['after'], reason: string): void {
    this.#audit(actor, { tenantId, action: 'api-key', before, after, reason });
  }
}
