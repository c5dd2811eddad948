import { randomUUID } from 'node:crypto';
import type { BusMessage, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';

/** The bus of one process where no Redis is configured; siblings stand for further processes. */
export class MemoryBus implements InvalidationBus {
  readonly origin = randomUUID();
  readonly #members: Set<MemoryBus>;
  readonly #tenants = new Set<TenantId>();
  readonly #messageListeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down') => void)[] = [];
  #state: 'up' | 'down' = 'up';

  constructor(members: Set<MemoryBus> = new Set()) {
    this.#members = members;
    members.add(this);
  }

  /** Another process on the same bus. */
  sibling(): MemoryBus {
    return new MemoryBus(this.#members);
  }

  /** Hands a message to every other process that follows its tenant, as Redis does: later, never synchronously. */
  publish(message: BusMessage): void {
    if (this.#members.size === 1) return;
    for (const member of this.#members) if (member !== this) queueMicrotask(() => member.#receive(message));
  }

  /** For tests: what is published while a bus is down is lost to it. */
  enter(state: 'up' | 'down'): void {
    if (this.#state === state) return;
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }

  async follow(tenant: TenantId): Promise<void> {
    this.#tenants.add(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#tenants.delete(tenant);
  }

  async publishSettings(tenant: TenantId): Promise<void> {
    this.publish({ type: 'settings', tenant, origin: this.origin });
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
    this.#members.delete(this);
    this.enter('down');
  }

  #receive(message: BusMessage): void {
    if (this.#state === 'down' || !this.#tenants.has(message.tenant)) return;
    for (const listener of this.#messageListeners) listener(message);
  }
}
