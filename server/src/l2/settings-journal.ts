import type { Redis } from 'ioredis';
import type { TenantId } from '../core/tenant-id.js';
import { buildKey } from './redis-keys.js';
import type { ScriptArg } from './script-runner.js';
import type { ScriptName } from './scripts.gen.js';

/** Twice within the second in which a change is to be known everywhere. */
const POLL_MS = 500;
const JOURNAL = buildKey({ kind: 'settings' });
const FLEET = '*';
/** Its score is the number through which changes were forgotten. */
const FORGOTTEN = '.';

export interface SettingsJournalOptions {
  /** One command, on the server that has the journal. */
  read: <T>(call: (client: Redis) => Promise<T>) => Promise<T>;
  run: (name: ScriptName, keys: readonly string[], args: readonly ScriptArg[]) => Promise<readonly number[]>;
}

/**
 * Which settings changed, kept in Redis and read twice a second, so that a message that was lost is noticed. A change
 * that could not be noted is noted when Redis answers again.
 */
export class SettingsJournal {
  readonly #options: SettingsJournalOptions;
  readonly #unnoted = new Set<string>();
  readonly #tenantListeners: ((tenant: TenantId) => void)[] = [];
  readonly #fleetListeners: ((everything: boolean) => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  /** The number of the last change that was read; undefined until the first look. */
  #seen: number | undefined;
  #polling = false;
  /** Changes of this process, which knows of them. */
  readonly #own = new Set<number>();

  constructor(options: SettingsJournalOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.poll(), POLL_MS).unref();
    void this.poll();
  }

  /** @throws TenantCacheError `STORE_UNAVAILABLE` where it is to be noted later */
  async append(tenant?: TenantId): Promise<void> {
    const member = tenant ?? FLEET;
    this.#unnoted.add(member);
    await this.#note(member);
  }

  onTenant(listener: (tenant: TenantId) => void): void {
    this.#tenantListeners.push(listener);
  }

  /** `everything`: changes of tenants may have been missed as well. */
  onFleet(listener: (everything: boolean) => void): void {
    this.#fleetListeners.push(listener);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Notes what is left to note, then reads on from the last change that was read. */
  async poll(): Promise<void> {
    if (this.#polling) return;
    this.#polling = true;
    try {
      for (const member of [...this.#unnoted]) await this.#note(member);
      await (this.#seen === undefined ? this.#begin() : this.#readOn(this.#seen));
    } catch {
      // Redis is away; the next turn reads on from the same place.
    } finally {
      this.#polling = false;
    }
  }

  async #note(member: string): Promise<void> {
    const [number] = await this.#options.run('settings-append', [JOURNAL], [member]);
    this.#unnoted.delete(member);
    if (number !== undefined) this.#own.add(number);
  }

  async #begin(): Promise<void> {
    const [, newest] = await this.#options.read((client) => client.zrange(JOURNAL, '-1', '-1', 'WITHSCORES'));
    this.#seen = Number(newest ?? 0);
    // What was remembered before this first look may be from before a change that it counts as read.
    this.#tellFleet(true);
  }

  async #readOn(seen: number): Promise<void> {
    const { read } = this.#options;
    const changes = await read((client) => client.zrange(JOURNAL, `(${seen}`, '+inf', 'BYSCORE', 'WITHSCORES'));
    if (changes.length === 0) return;
    // Asked for after the changes: what is forgotten in between is then counted as missed, never as read.
    const forgotten = Number((await read((client) => client.zscore(JOURNAL, FORGOTTEN))) ?? 0);
    this.#seen = Number(changes.at(-1));
    const news = changes.filter((_, index) => index % 2 === 0 && !this.#own.delete(Number(changes[index + 1])));
    if (forgotten > seen) return this.#tellFleet(true);
    for (const member of news) if (member !== FLEET) this.#tellTenant(member as TenantId);
    if (news.includes(FLEET)) this.#tellFleet(false);
  }

  #tellTenant(tenant: TenantId): void {
    for (const listener of this.#tenantListeners) listener(tenant);
  }

  #tellFleet(everything: boolean): void {
    for (const listener of this.#fleetListeners) listener(everything);
  }
}
