import type { BusMessage, InvalidationBus } from '../core/contracts.js';
import type { TenantId } from '../core/tenant-id.js';
import type { Bypass } from './bypass.js';

type StateListener = Parameters<InvalidationBus['onState']>[0];

/**
 * A bus behind the kill switch. While that is on, other processes invalidate without a word, as their calls do not reach
 * the store that would speak of them: the bus is `down`, and L1 lives as in an outage.
 */
export class BypassableBus implements InvalidationBus {
  readonly #bus: InvalidationBus;
  readonly #bypass: Bypass;

  constructor(bus: InvalidationBus, bypass: Bypass) {
    this.#bus = bus;
    this.#bypass = bypass;
  }

  follow(tenant: TenantId): Promise<void> {
    return this.#bus.follow(tenant);
  }

  unfollow(tenant: TenantId): void {
    this.#bus.unfollow(tenant);
  }

  publishSettings(tenant?: TenantId): Promise<void> {
    return this.#bus.publishSettings(tenant);
  }

  onMessage(listener: (message: BusMessage) => void): void {
    this.#bus.onMessage(listener);
  }

  onFleetChanged(listener: (everything: boolean) => void): void {
    this.#bus.onFleetChanged(listener);
  }

  onState(listener: StateListener): void {
    this.#bus.onState((state, tenants) => {
      if (!this.#bypass.on) listener(state, tenants);
    });
    // Lifted or not, what was heard before says nothing of what was done unheard.
    this.#bypass.onChange(() => listener(this.state()));
  }

  state(tenant?: TenantId): 'up' | 'down' {
    return this.#bypass.on ? 'down' : this.#bus.state(tenant);
  }

  heardUntilMs(tenant: TenantId): number {
    return this.#bypass.on ? Number.NEGATIVE_INFINITY : this.#bus.heardUntilMs(tenant);
  }

  async hear(tenant: TenantId): Promise<void> {
    if (!this.#bypass.on) await this.#bus.hear(tenant);
  }

  doubt(tenant: TenantId): void {
    this.#bus.doubt(tenant);
  }

  close(): Promise<void> {
    return this.#bus.close();
  }
}
