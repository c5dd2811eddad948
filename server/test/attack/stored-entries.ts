import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { ENVELOPE_BYTES } from '../../src/core/stored-size.js';
import { type CacheOptions, createTenantCache, type TenantCacheServer } from '../../src/index.js';
import { testRedisUrl } from '../fakes/redis-url.js';

export const freshTenantName = () => `attack-${randomUUID()}`;

/** One process's view of a tenant without L1, and an attacker's hands on what Redis holds of it. */
export class EncryptedTenant {
  readonly unreadable: string[] = [];
  readonly #cache: TenantCacheServer;
  readonly #redis: Redis;

  constructor(
    redis: Redis,
    options: Partial<CacheOptions>,
    readonly name = freshTenantName(),
  ) {
    this.#redis = redis;
    this.#cache = createTenantCache({
      redis: { url: testRedisUrl() },
      redisTimeout: '5s',
      tenants: { default: { quotaBytes: 50_000_000 } },
      l1: false,
      upkeep: false,
      observers: [(event) => event.type === 'unreadable-entry' && this.unreadable.push(event.reason)],
      ...options,
    });
  }

  /** Everything is under the resource `r`. */
  async set(key: string, value: unknown): Promise<void> {
    await this.#cache.ready();
    const { stored } = await this.#cache.forTenant(this.name).set('r', key, value);
    if (!stored) throw new Error('not stored');
  }

  get(key: string): Promise<unknown> {
    return this.#cache.forTenant(this.name).get('r', key);
  }

  load(key: string, factory: () => unknown): Promise<unknown> {
    return this.#cache.forTenant(this.name).getOrSet('r', key, factory);
  }

  /** The whole stored value, envelope and payload. */
  async stored(key: string): Promise<Buffer> {
    const value = await this.#redis.getBuffer(this.#key(key));
    if (value === null) throw new Error('nothing stored');
    return value;
  }

  async overwrite(key: string, value: Buffer): Promise<void> {
    await this.#redis.set(this.#key(key), value, 'KEEPTTL');
  }

  /** Leaves the envelope, which must say nothing that lengthens it, and replaces what follows. */
  async plant(key: string, payload: Buffer): Promise<void> {
    await this.overwrite(key, Buffer.concat([(await this.stored(key)).subarray(0, ENVELOPE_BYTES), payload]));
  }

  close(): Promise<void> {
    return this.#cache.close();
  }

  #key(key: string): string {
    return `tenant:{${this.name}}:r:${key}`;
  }
}
