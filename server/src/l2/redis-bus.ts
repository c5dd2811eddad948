import type { Redis } from 'ioredis';
import type { BusMessage, Emit, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import { parseBusMessage, settingsMessage } from './bus-messages.js';
import type { ClearedSequences } from './cleared-sequences.js';
import { endOf } from './redis-connections.js';
import { metaKey } from './redis-keys.js';
import { storeUnavailable } from './store-unavailable.js';

const HEARTBEAT_MS = 1_000;
const SUBSCRIBE_CHUNK = 500;

export interface RedisBusOptions {
  subscriber: Redis;
  /** This process; its own messages are not handed out. */
  origin: string;
  cleared: ClearedSequences;
  publish: (channel: string, message: string) => Promise<unknown>;
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
  readonly #messageListeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down') => void)[] = [];
  readonly #heartbeat: NodeJS.Timeout;
  #waiters: Waiter[] = [];
  #state: 'up' | 'down' = 'down';
  #unansweredPings = 0;

  constructor(options: RedisBusOptions) {
    this.#options = options;
    const { subscriber } = options;
    subscriber.on('message', (_channel: string, text: string) => this.#receive(text));
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
    try {
      await this.#options.subscriber.subscribe(metaKey('bus', tenant));
    } catch {
      throw storeUnavailable('the subscription failed');
    }
    if (this.#state === 'up' && this.#tenants.has(tenant)) this.#options.cleared.followed(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#tenants.delete(tenant);
    this.#options.cleared.unfollowed(tenant);
    if (this.#state === 'up') this.#options.subscriber.unsubscribe(metaKey('bus', tenant)).catch(noop);
  }

  async publishSettings(tenant: TenantId): Promise<void> {
    await this.#options.publish(metaKey('bus', tenant), settingsMessage(tenant, this.#options.origin));
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

  #receive(text: string): void {
    const message = parseBusMessage(text);
    if (!message) return;
    if (message.type === 'clear') this.#options.cleared.raise(message.tenant, message.sequence);
    if (message.origin === this.#options.origin) return;
    for (const listener of this.#messageListeners) listener(message);
  }

  async #resubscribe(): Promise<void> {
    const { subscriber, cleared } = this.#options;
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
      if (subscriber.status === 'ready') subscriber.disconnect(true);
    }
    if (subscriber.status !== 'ready') return;
    for (const tenant of this.#tenants) cleared.followed(tenant);
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
    this.#options.subscriber.ping().then(() => {
      this.#unansweredPings = 0;
    }, noop);
  }

  #enter(state: 'up' | 'down'): void {
    this.#unansweredPings = 0;
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'down') this.#options.cleared.forgetAll();
    this.#options.emit({ type: 'bus', state });
    for (const listener of this.#stateListeners) listener(state);
  }
}

function noop(): void {}
