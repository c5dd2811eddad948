import type { Redis } from 'ioredis';
import type { TenantId } from '../core/tenant-id.js';
import { LineHearing } from './line-hearing.js';
import { endOf } from './redis-connections.js';
import { metaKey, tenantOfKey } from './redis-keys.js';
import { storeUnavailable } from './store-unavailable.js';

const MAX_UNANSWERED = 2;
const SUBSCRIBE_CHUNK = 500;

export interface BusLineOptions {
  readonly subscriber: Redis;
  readonly laneOf: (tenant: TenantId) => number;
  readonly onBytes: (tenant: TenantId, bytes: Buffer) => void;
  /** From now on nothing of these tenants can be missed, or anything may have been. */
  readonly onState: (state: 'up' | 'down', tenants: readonly TenantId[], whole: boolean) => void;
  /** The server says that a channel is another's. */
  readonly onElsewhere: () => void;
  /** The server gave up a channel, and does not say which. */
  readonly onGivenUp: (line: BusLine) => void;
}

interface Waiter {
  readonly tenant: TenantId;
  resolve(): void;
  reject(error: unknown): void;
}

/** The subscriptions on one server. Up while its heartbeats are answered and it was asked for each of its tenants. */
export class BusLine {
  readonly #options: BusLineOptions;
  readonly #hearing: LineHearing;
  readonly #tenants = new Set<TenantId>();
  /** Whose subscription the server has confirmed. */
  readonly #standing = new Set<TenantId>();
  /** Whose subscription is on its way. */
  readonly #asked = new Set<TenantId>();
  #waiters: Waiter[] = [];
  #state: 'up' | 'down' = 'down';
  /** Counts connections: what was asked of one says nothing about the next. */
  #epoch = 0;
  #unansweredPings = 0;
  #released = 0;

  constructor(options: BusLineOptions) {
    this.#options = options;
    const { subscriber } = options;
    this.#hearing = new LineHearing(subscriber);
    subscriber.on('smessageBuffer', (channel: Buffer, bytes: Buffer) => {
      const tenant = tenantOfKey('bus', channel.toString('latin1'));
      if (this.#tenants.has(tenant)) options.onBytes(tenant, bytes);
    });
    subscriber.on('ready', () => void this.#resubscribe());
    subscriber.on('close', () => this.#enter('down'));
    // The client says so of an answer to SSUBSCRIBE as well.
    subscriber.on('moved', () => {
      if (this.#asked.size > 0) options.onElsewhere();
      else options.onGivenUp(this);
    });
    if (subscriber.status === 'ready') void this.#resubscribe();
  }

  get state(): 'up' | 'down' {
    return this.#state;
  }

  /** Grows with each tenant that went to another line. */
  get released(): number {
    return this.#released;
  }

  stands(tenant: TenantId): boolean {
    return this.#state === 'up' && this.#standing.has(tenant);
  }

  /** As `InvalidationBus.heardUntilMs`. */
  heardUntilMs(tenant: TenantId): number {
    return this.stands(tenant) ? this.#hearing.untilMs : Number.NEGATIVE_INFINITY;
  }

  /** As `InvalidationBus.hear`. */
  async hear(): Promise<void> {
    if (this.#state === 'up') await this.#hearing.hear();
  }

  /** Resolves when the subscription stands. @throws TenantCacheError `STORE_UNAVAILABLE` */
  async follow(tenant: TenantId): Promise<void> {
    this.#tenants.add(tenant);
    if (this.#state === 'down') {
      return new Promise((resolve, reject) => {
        this.#waiters.push({ tenant, resolve, reject });
      });
    }
    const epoch = this.#epoch;
    if (!(await this.#subscribe([tenant]))) throw storeUnavailable('the subscription failed');
    if (this.#state === 'up' && this.#epoch === epoch && this.#tenants.has(tenant)) this.#standing.add(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#forget(tenant);
    if (this.#state === 'up') this.#options.subscriber.sunsubscribe(metaKey('bus', tenant)).catch(noop);
  }

  /** Another server has the tenant: this one gives its subscription up by itself. */
  release(tenant: TenantId): void {
    this.#released++;
    this.#forget(tenant);
  }

  /** Tenants that were followed elsewhere. */
  async take(tenants: readonly TenantId[]): Promise<void> {
    for (const tenant of tenants) this.#tenants.add(tenant);
    // A line that is down asks for all of its tenants once it is not.
    if (this.#state === 'down') return;
    const epoch = this.#epoch;
    const standing: TenantId[] = [];
    for (const group of this.#groups(tenants)) if (await this.#subscribe(group)) standing.push(...group);
    if (this.#epoch !== epoch) return;
    const news = standing.filter((tenant) => this.#tenants.has(tenant) && !this.#standing.has(tenant));
    for (const tenant of news) this.#standing.add(tenant);
    if (news.length > 0) this.#options.onState('up', news, false);
  }

  /** Something was given up, and nobody can say what. */
  restart(): void {
    if (this.#state === 'down') return;
    this.#enter('down');
    void this.#resubscribe();
  }

  beat(): void {
    if (this.#state === 'down') return;
    if (++this.#unansweredPings > MAX_UNANSWERED) {
      this.#enter('down');
      this.#options.subscriber.disconnect(true);
      return;
    }
    const epoch = this.#epoch;
    this.#options.subscriber.ping().then(() => {
      if (this.#epoch === epoch) this.#unansweredPings = 0;
    }, noop);
    const missing = [...this.#tenants].filter((tenant) => !this.#standing.has(tenant) && !this.#asked.has(tenant));
    if (missing.length > 0) void this.take(missing);
  }

  async close(): Promise<void> {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(storeUnavailable('the bus is closed'));
    await endOf(this.#options.subscriber, 0);
    this.#enter('down');
  }

  #forget(tenant: TenantId): void {
    this.#tenants.delete(tenant);
    this.#standing.delete(tenant);
    const left = this.#waiters.filter((waiter) => waiter.tenant === tenant);
    if (left.length === 0) return;
    this.#waiters = this.#waiters.filter((waiter) => waiter.tenant !== tenant);
    for (const waiter of left) waiter.reject(storeUnavailable('the tenant is followed elsewhere'));
  }

  async #resubscribe(): Promise<void> {
    const { subscriber } = this.#options;
    const epoch = ++this.#epoch;
    const asked = new Set<TenantId>();
    const standing = new Set<TenantId>();
    // Whoever is followed meanwhile is subscribed by a further turn.
    for (let missing = [...this.#tenants]; missing.length > 0; ) {
      for (const group of this.#groups(missing)) {
        if (this.#epoch !== epoch || subscriber.status !== 'ready') return;
        if (await this.#subscribe(group)) for (const tenant of group) standing.add(tenant);
        for (const tenant of group) asked.add(tenant);
      }
      missing = [...this.#tenants].filter((tenant) => !asked.has(tenant));
    }
    if (this.#epoch !== epoch || subscriber.status !== 'ready') return;
    for (const tenant of standing) if (this.#tenants.has(tenant)) this.#standing.add(tenant);
    this.#enter('up');
    void this.hear();
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) {
      if (standing.has(waiter.tenant)) waiter.resolve();
      else waiter.reject(storeUnavailable('the subscription failed'));
    }
  }

  /** False where the server says that these are another's; any other failure ends the connection. */
  async #subscribe(tenants: readonly TenantId[]): Promise<boolean> {
    const { subscriber, onElsewhere } = this.#options;
    const epoch = this.#epoch;
    for (const tenant of tenants) this.#asked.add(tenant);
    try {
      await subscriber.ssubscribe(...tenants.map((tenant) => metaKey('bus', tenant)));
      return true;
    } catch (error) {
      if (error instanceof Error && /^(MOVED|CLUSTERDOWN) /.test(error.message)) onElsewhere();
      else if (this.#epoch === epoch && subscriber.status === 'ready') {
        // Its status stays as it is until the connection has closed.
        this.#epoch++;
        subscriber.disconnect(true);
      }
      return false;
    } finally {
      for (const tenant of tenants) this.#asked.delete(tenant);
    }
  }

  /** What one command may name: channels of one slot. */
  #groups(tenants: readonly TenantId[]): TenantId[][] {
    const groups: TenantId[][] = [];
    const open = new Map<number, TenantId[]>();
    for (const tenant of tenants) {
      const lane = this.#options.laneOf(tenant);
      let group = open.get(lane);
      if (!group || group.length === SUBSCRIBE_CHUNK) {
        group = [];
        open.set(lane, group);
        groups.push(group);
      }
      group.push(tenant);
    }
    return groups;
  }

  #enter(state: 'up' | 'down'): void {
    this.#unansweredPings = 0;
    this.#hearing.forget();
    if (state === 'down') {
      this.#epoch++;
      this.#standing.clear();
    }
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onState(state, [...(state === 'up' ? this.#standing : this.#tenants)], true);
  }
}

function noop(): void {}
