import type { Redis } from 'ioredis';
import type { BusMessage, Emit, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import { isFrom, messageNumber, parseBusMessage, settingsMessage } from './bus-messages.js';
import type { InvalidationTable } from './invalidation-table.js';
import { endOf } from './redis-connections.js';
import { metaKey, tenantOfKey } from './redis-keys.js';
import { storeUnavailable } from './store-unavailable.js';

/** A connection that went silent is noticed within three beats: 2.25 s, with 3 s promised. */
const HEARTBEAT_MS = 750;
const SUBSCRIBE_CHUNK = 500;

export interface RedisBusOptions {
  subscriber: Redis;
  /** This process; its own messages are not handed out. */
  origin: Buffer;
  table: InvalidationTable;
  publish: (channel: string, message: Buffer) => Promise<unknown>;
  emit: Emit;
}

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

/** One channel per followed tenant. `up` only while every followed tenant is subscribed and heartbeats are answered. */
export class RedisBus implements InvalidationBus {
  readonly #options: RedisBusOptions;
  readonly #tenants = new Set<TenantId>();
  /** Number of the last message of each tenant; one is told of only while nothing can be missed. */
  readonly #numbers = new Map<TenantId, number>();
  readonly #messageListeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down') => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #waiters: Waiter[] = [];
  #state: 'up' | 'down' = 'down';
  /** Counts connections: what was asked of one says nothing about the next. */
  #epoch = 0;
  #unansweredPings = 0;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    const { subscriber } = options;
    subscriber.on('messageBuffer', (channel: Buffer, bytes: Buffer) =>
      this.#receive(channel.toString('latin1'), bytes),
    );
    subscriber.on('ready', () => void this.#resubscribe());
    subscriber.on('close', () => this.#enter('down'));
    this.#heartbeat = setInterval(() => this.#beat(), HEARTBEAT_MS).unref();
  }

  async follow(tenant: TenantId): Promise<void> {
    this.#tenants.add(tenant);
    if (this.#state === 'down') {
      return new Promise((resolve, reject) => {
        this.#waiters.push({ resolve, reject });
      });
    }
    const epoch = this.#epoch;
    try {
      await this.#options.subscriber.subscribe(metaKey('bus', tenant));
    } catch {
      throw storeUnavailable('the subscription failed');
    }
    if (this.#state === 'up' && this.#epoch === epoch && this.#tenants.has(tenant)) {
      this.#options.table.followed(tenant);
    }
  }

  unfollow(tenant: TenantId): void {
    this.#tenants.delete(tenant);
    this.#numbers.delete(tenant);
    this.#options.table.unfollowed(tenant);
    if (this.#state === 'up') this.#options.subscriber.unsubscribe(metaKey('bus', tenant)).catch(noop);
  }

  async publishSettings(tenant: TenantId): Promise<void> {
    await this.#options.publish(metaKey('bus', tenant), settingsMessage(this.#options.origin));
  }

  onMessage(listener: (message: BusMessage) => void): void {
    this.#messageListeners.push(listener);
  }

  onState(listener: (state: 'up' | 'down') => void): void {
    this.#stateListeners.push(listener);
  }

  state(): 'up' | 'down' {
    return this.#state;
  }

  async close(): Promise<void> {
    clearInterval(this.#heartbeat);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.reject(storeUnavailable('the bus is closed'));
    await endOf(this.#options.subscriber, 0);
    this.#enter('down');
  }

  #receive(channel: string, bytes: Buffer): void {
    const tenant = tenantOfKey('bus', channel);
    if (!this.#tenants.has(tenant)) return;
    const { origin, table } = this.#options;
    this.#count(tenant, bytes);
    const own = isFrom(bytes, origin);
    // Nearly all own messages are about entries, of which this process has nothing to learn.
    if (own && bytes[0] === ENTRIES) return;
    const message = parseBusMessage(tenant, bytes);
    if (!message) return;
    if (message.type === 'clear') table.raiseClear(tenant, message.sequence);
    else if (message.type === 'invalidate') table.raise(tenant, message.scopes, message.sequence);
    if (!own) this.#handOut(message);
  }

  #count(tenant: TenantId, bytes: Buffer): void {
    const number = messageNumber(bytes);
    if (number === undefined) return;
    const last = this.#numbers.get(tenant);
    this.#numbers.set(tenant, number);
    if (last === undefined || number === last + 1) return;
    this.#options.table.forget(tenant);
    this.#handOut({ type: 'gap', tenant, origin: this.#options.origin.toString('hex') });
  }

  #handOut(message: BusMessage): void {
    for (const listener of this.#messageListeners) listener(message);
  }

  async #resubscribe(): Promise<void> {
    const { subscriber, table } = this.#options;
    const epoch = ++this.#epoch;
    const asked = new Set<TenantId>();
    try {
      // Whoever is followed meanwhile is subscribed by a further turn.
      for (let missing = [...this.#tenants]; missing.length > 0; ) {
        const chunk = missing.slice(0, SUBSCRIBE_CHUNK);
        await subscriber.subscribe(...chunk.map((tenant) => metaKey('bus', tenant)));
        for (const tenant of chunk) asked.add(tenant);
        missing = [...this.#tenants].filter((tenant) => !asked.has(tenant));
      }
    } catch {
      if (this.#epoch === epoch && subscriber.status === 'ready') subscriber.disconnect(true);
      return;
    }
    if (this.#epoch !== epoch || subscriber.status !== 'ready') return;
    for (const tenant of this.#tenants) table.followed(tenant);
    this.#enter('up');
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const waiter of waiters) waiter.resolve();
  }

  #beat(): void {
    if (this.#state === 'down') return;
    if (++this.#unansweredPings > 2) {
      this.#enter('down');
      this.#options.subscriber.disconnect(true);
      return;
    }
    const epoch = this.#epoch;
    this.#options.subscriber.ping().then(() => {
      if (this.#epoch === epoch) this.#unansweredPings = 0;
    }, noop);
  }

  #enter(state: 'up' | 'down'): void {
    this.#unansweredPings = 0;
    if (state === 'down') {
      this.#epoch++;
      this.#numbers.clear();
      this.#options.table.forgetAll();
    }
    if (this.#state === state) return;
    this.#state = state;
    this.#options.emit({ type: 'bus', state });
    for (const listener of this.#stateListeners) listener(state);
  }
}

const ENTRIES = 'e'.charCodeAt(0);

function noop(): void {}
