import { randomUUID } from 'node:crypto';
import type { BusMessage, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';

/** What the processes on one bus share. */
interface Wire {
  readonly members: Set<MemoryBus>;
  /** Of each tenant's last message. */
  readonly numbers: Map<TenantId, number>;
}

/** The bus of one process where no Redis is configured; siblings stand for further processes. */
export class MemoryBus implements InvalidationBus {
  readonly origin = randomUUID();
  readonly #wire: Wire;
  /** The tenants that are followed, with the number of the last message heard. */
  readonly #heard = new Map<TenantId, number>();
  readonly #messageListeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down', tenants?: readonly TenantId[]) => void)[] = [];
  readonly #fleetListeners: ((everything: boolean) => void)[] = [];
  readonly #cut = new Set<TenantId>();
  #state: 'up' | 'down' = 'up';
  #losses = 0;

  /** @param other a process on the bus that this one joins; none: a bus of its own */
  constructor(other?: MemoryBus) {
    this.#wire = other ? other.#wire : { members: new Set(), numbers: new Map() };
    this.#wire.members.add(this);
  }

  /** Another process on the same bus. */
  sibling(): MemoryBus {
    return new MemoryBus(this);
  }

  /** Hands a message to every other process that follows its tenant, as Redis does: later, never synchronously. */
  publish(message: BusMessage): void {
    const { members, numbers } = this.#wire;
    // Nobody can miss what nobody else could hear.
    if (members.size === 1) return;
    const number = (numbers.get(message.tenant) ?? 0) + 1;
    numbers.set(message.tenant, number);
    for (const member of members) queueMicrotask(() => member.#receive(message, number));
  }

  /** For tests: what is published while a bus is down is lost to it. */
  enter(state: 'up' | 'down'): void {
    if (this.#state === state) return;
    this.#state = state;
    if (state === 'up') for (const tenant of this.#heard.keys()) this.#listenFromNow(tenant);
    for (const listener of this.#stateListeners) listener(state);
  }

  /** For tests: the same of some tenants only, as where a node of a Cluster is away. */
  enterFor(state: 'up' | 'down', tenants: readonly TenantId[]): void {
    for (const tenant of tenants) {
      if (state === 'down') this.#cut.add(tenant);
      else {
        this.#cut.delete(tenant);
        if (this.#heard.has(tenant)) this.#listenFromNow(tenant);
      }
    }
    for (const listener of this.#stateListeners) listener(state, tenants);
  }

  /** For tests: this process does not hear its next `count` messages, and stays up. */
  lose(count: number): void {
    this.#losses += count;
  }

  async follow(tenant: TenantId): Promise<void> {
    if (!this.#heard.has(tenant)) this.#listenFromNow(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#heard.delete(tenant);
  }

  async publishSettings(tenant?: TenantId): Promise<void> {
    if (tenant !== undefined) return this.publish({ type: 'settings', tenant, origin: this.origin });
    for (const member of this.#wire.members) {
      if (member !== this) queueMicrotask(() => member.#tellFleet());
    }
  }

  onMessage(listener: (message: BusMessage) => void): void {
    this.#messageListeners.push(listener);
  }

  onFleetChanged(listener: (everything: boolean) => void): void {
    this.#fleetListeners.push(listener);
  }

  onState(listener: (state: 'up' | 'down', tenants?: readonly TenantId[]) => void): void {
    this.#stateListeners.push(listener);
  }

  state(tenant?: TenantId): 'up' | 'down' {
    return tenant !== undefined && this.#cut.has(tenant) ? 'down' : this.#state;
  }

  heardUntilMs(tenant: TenantId): number {
    return this.#heard.has(tenant) && this.state(tenant) === 'up' ? performance.now() : Number.NEGATIVE_INFINITY;
  }

  async hear(): Promise<void> {}

  /** The store of this memory needs no word of the bus. */
  doubt(): void {}

  async close(): Promise<void> {
    this.#wire.members.delete(this);
    this.enter('down');
  }

  #listenFromNow(tenant: TenantId): void {
    this.#heard.set(tenant, this.#wire.numbers.get(tenant) ?? 0);
  }

  #receive(message: BusMessage, number: number): void {
    const { tenant, origin } = message;
    const heard = this.#heard.get(tenant);
    if (this.#state === 'down' || this.#cut.has(tenant) || heard === undefined) return;
    if (origin !== this.origin && this.#losses > 0) {
      this.#losses--;
      return;
    }
    this.#heard.set(tenant, Math.max(number, heard));
    if (number > heard + 1) this.#hand({ type: 'gap', tenant, origin: this.origin });
    if (origin !== this.origin) this.#hand(message);
  }

  #tellFleet(): void {
    for (const listener of this.#fleetListeners) listener(false);
  }

  #hand(message: BusMessage): void {
    for (const listener of this.#messageListeners) listener(message);
  }
}
