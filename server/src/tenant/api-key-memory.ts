import { LRUCache } from 'lru-cache';
import { type ApiKey, type ApiKeyChanges, type ApiKeyStore, isLive } from '../core/api-keys.js';
import { codeOf, fail, TenantCacheError } from '../core/errors.js';
import { ApiKeyLookups } from './api-key-lookups.js';
import { ApiKeyUses } from './api-key-uses.js';

const MAX_REMEMBERED = 10_000;
/** With the query itself, a revocation is in force within a second. */
const POLL_MS = 750;
/** How long remembered keys serve on while the store says nothing. */
const MAX_UNHEARD_MS = 300_000;
/** A key in use is read again after this, in the background; one that nobody uses is forgotten. */
const REREAD_MS = 300_000;
const RETRY_MS = 5_000;
const UNKNOWN_MS = 10_000;
/** A key that is changed over and over is answered as it was read last, and not remembered. */
const MAX_READS = 3;

interface Remembered {
  key: ApiKey;
  readAgainAtMs: number;
  usedAtMs: number;
}

/** A look-up under way, and what was changed meanwhile: its answer may be from before. */
interface Flight {
  readonly changed: Set<string>;
  all: boolean;
}

/**
 * The keys that this process verified, by their digests. While there are any, the store is asked every 750 ms which keys
 * changed: one query for all of them.
 */
export class ApiKeyMemory {
  readonly #store: ApiKeyStore;
  readonly #keys = new LRUCache<string, Remembered>({ max: MAX_REMEMBERED });
  /** Digests that open nothing, and until when that is believed. */
  readonly #unknown = new LRUCache<string, number>({ max: MAX_REMEMBERED });
  readonly #lookups = new ApiKeyLookups<ApiKey | undefined>();
  readonly #uses: ApiKeyUses;
  readonly #flights = new Set<Flight>();
  readonly #pollMs: number;
  #cursor: string | undefined;
  /** Which of the loops that ask is the present one. */
  #following = 0;
  #starting: Promise<void> | undefined;
  #heardAtMs = Number.NEGATIVE_INFINITY;

  constructor(store: ApiKeyStore, pollMs = POLL_MS) {
    this.#store = store;
    this.#pollMs = pollMs;
    this.#uses = new ApiKeyUses(store);
  }

  /**
   * The live key with this digest; undefined where there is none. At once where it is remembered.
   * Rejects with `DIRECTORY_UNAVAILABLE` where the store does not answer, and has not for five minutes where it is remembered.
   */
  find(digest: Buffer): ApiKey | undefined | Promise<ApiKey | undefined> {
    const name = digest.toString('base64');
    const nowMs = Date.now();
    const known = this.#keys.get(name);
    if (known && nowMs - this.#heardAtMs < MAX_UNHEARD_MS) {
      if (nowMs >= known.readAgainAtMs) {
        known.readAgainAtMs = nowMs + RETRY_MS;
        this.#look(name, digest).catch(noop);
      }
      known.usedAtMs = nowMs;
      return this.#live(known.key, nowMs);
    }
    if ((this.#unknown.get(name) ?? 0) > nowMs) return undefined;
    return this.#look(name, digest).then((key) => key && this.#live(key, Date.now()));
  }

  #live(key: ApiKey, nowMs: number): ApiKey | undefined {
    if (!isLive(key, nowMs)) return undefined;
    this.#uses.note(key.keyId, nowMs);
    return key;
  }

  #look(name: string, digest: Buffer): Promise<ApiKey | undefined> {
    return this.#lookups.share(name, async () => {
      const flight: Flight = { changed: new Set(), all: false };
      this.#flights.add(flight);
      try {
        // Changes are followed before the key is read: one between the two is not missed.
        await this.#follow();
        return await this.#read(name, digest, flight);
      } catch (cause) {
        throw cause instanceof TenantCacheError ? cause : fail('DIRECTORY_UNAVAILABLE', { cause });
      } finally {
        this.#flights.delete(flight);
      }
    });
  }

  /** Reads a key, and again where it was changed while it was read; remembers it in the same turn in which that is known. */
  async #read(name: string, digest: Buffer, flight: Flight): Promise<ApiKey | undefined> {
    for (let time = 1; ; time++) {
      const found = await this.#store.verify(digest);
      const isOld = found !== undefined && (flight.all || flight.changed.has(found.keyId));
      if (isOld && time < MAX_READS) {
        flight.all = false;
        flight.changed.clear();
        continue;
      }
      const nowMs = Date.now();
      // Requests share it.
      const key = found && { ...found, scopes: Object.freeze([...found.scopes]) };
      if (!key || !isLive(key, nowMs)) {
        this.#keys.delete(name);
        this.#unknown.set(name, nowMs + UNKNOWN_MS);
      } else if (!isOld) {
        this.#keys.set(name, { key, readAgainAtMs: nowMs + REREAD_MS, usedAtMs: nowMs });
      }
      return key;
    }
  }

  async #follow(): Promise<void> {
    if (this.#cursor !== undefined && Date.now() - this.#heardAtMs >= MAX_UNHEARD_MS) this.#giveUp();
    if (this.#cursor !== undefined) return;
    this.#starting ??= this.#start().finally(() => {
      this.#starting = undefined;
    });
    await this.#starting;
  }

  async #start(): Promise<void> {
    const askedAtMs = Date.now();
    const { cursor } = await this.#store.changes(undefined);
    this.#cursor = cursor;
    this.#heardAtMs = askedAtMs;
    this.#pollLater(++this.#following);
  }

  #pollLater(following: number): void {
    setTimeout(() => void this.#poll(following), this.#pollMs).unref();
  }

  /** Ends by itself where nothing is remembered any more, where it was given up, and with the store. */
  async #poll(following: number): Promise<void> {
    if (this.#following !== following) return;
    const askedAtMs = Date.now();
    const changes = await this.#changes();
    if (this.#following !== following) return;
    if (changes === 'closed') return this.#giveUp();
    // Where there is no answer, what is remembered serves on for a while.
    if (changes) {
      if (changes.all) this.#forgetAll();
      this.#forget(new Set(changes.keyIds));
      this.#cursor = changes.cursor;
      this.#heardAtMs = askedAtMs;
    }
    this.#forgetIdle();
    void this.#uses.write();
    if (this.#keys.size === 0 && this.#flights.size === 0) this.#giveUp();
    else this.#pollLater(following);
  }

  /** Undefined where there is no answer. A store of the application may throw at once, too. */
  async #changes(): Promise<ApiKeyChanges | 'closed' | undefined> {
    try {
      return await this.#store.changes(this.#cursor);
    } catch (error) {
      return codeOf(error) === 'CACHE_CLOSED' ? 'closed' : undefined;
    }
  }

  #forget(keyIds: ReadonlySet<string>): void {
    if (keyIds.size === 0) return;
    for (const flight of this.#flights) for (const keyId of keyIds) flight.changed.add(keyId);
    for (const [name, { key }] of this.#keys.entries()) if (keyIds.has(key.keyId)) this.#keys.delete(name);
  }

  #forgetAll(): void {
    for (const flight of this.#flights) flight.all = true;
    this.#keys.clear();
  }

  #giveUp(): void {
    this.#forgetAll();
    this.#cursor = undefined;
    this.#following += 1;
  }

  #forgetIdle(): void {
    const since = Date.now() - REREAD_MS;
    // From the one that was used longest ago.
    for (const name of this.#keys.rkeys()) {
      if ((this.#keys.peek(name)?.usedAtMs ?? 0) >= since) break;
      this.#keys.delete(name);
    }
  }
}

function noop(): void {}
