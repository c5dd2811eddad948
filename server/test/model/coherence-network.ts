import type fc from 'fast-check';
import type { BusMessage, InvalidationBus, SharedStore } from '../../src/core/contracts.js';
import type { TenantId } from '../../src/core/tenant-id.js';
import type { MemoryBus } from '../../src/testing/memory-bus.js';

/** Lets the scheduler decide when the next thing happens. */
export type Turn = () => Promise<unknown>;

export const turnOf =
  (scheduler: fc.Scheduler): Turn =>
  () =>
    scheduler.schedule(Promise.resolve());

/** Every call travels to the store, takes effect in one instant, and its answer travels back. */
export function distant(store: SharedStore, turn: Turn, onEffect: (method: string, args: unknown[]) => void) {
  return new Proxy(store, {
    get(target, name) {
      const method = Reflect.get(target, name, target) as unknown;
      if (typeof method !== 'function') return method;
      const call = method.bind(target) as (...args: unknown[]) => unknown;
      if (name === 'touch' || name === 'state' || name === 'close') return call;
      return async (...args: unknown[]) => {
        await turn();
        onEffect(String(name), args);
        const answer = await call(...args);
        await turn();
        return answer;
      };
    },
  });
}

/** A subscriber's connection: messages arrive later, in order, and a cut loses those on their way. */
export class DistantBus implements InvalidationBus {
  readonly #near: MemoryBus;
  readonly #turn: Turn;
  readonly #listeners: ((message: BusMessage) => void)[] = [];
  readonly #stateListeners: ((state: 'up' | 'down') => void)[] = [];
  readonly #underway: { message: BusMessage; said: number }[] = [];
  #state: 'up' | 'down' = 'up';

  /** @param now the instant, as the world counts them */
  constructor(
    near: MemoryBus,
    turn: Turn,
    now: () => number,
    readonly onHeard: (message: BusMessage, said: number) => void,
  ) {
    this.#near = near;
    this.#turn = turn;
    near.onMessage((message) => {
      this.#underway.push({ message, said: now() });
      void turn().then(() => this.#arrive());
    });
  }

  async follow(tenant: TenantId): Promise<void> {
    await this.#turn();
    if (this.#near.state() === 'down') throw new Error('cut');
    await this.#near.follow(tenant);
    await this.#turn();
  }

  unfollow(tenant: TenantId): void {
    this.#near.unfollow(tenant);
  }

  onFleetChanged(): void {}

  async publishSettings(): Promise<void> {}

  onMessage(listener: (message: BusMessage) => void): void {
    this.#listeners.push(listener);
  }

  onState(listener: (state: 'up' | 'down') => void): void {
    this.#stateListeners.push(listener);
  }

  state(): 'up' | 'down' {
    return this.#state;
  }

  heardUntilMs(tenant: TenantId): number {
    return this.#state === 'up' ? this.#near.heardUntilMs(tenant) : Number.NEGATIVE_INFINITY;
  }

  async hear(): Promise<void> {
    if (this.#state === 'up') await this.#near.hear();
  }

  doubt(): void {}

  close(): Promise<void> {
    return this.#near.close();
  }

  /** One message gets lost on its way; the next one that arrives shows the hole. */
  lose(): void {
    this.#near.lose(1);
  }

  /** From now on nothing arrives; the process notices later, and is connected again `turns` later. */
  async cut(turns: number): Promise<void> {
    if (this.#near.state() === 'down') return;
    this.#near.enter('down');
    this.#underway.length = 0;
    await this.#turn();
    this.#enter('down');
    for (let turn = 0; turn < turns; turn++) await this.#turn();
    this.#near.enter('up');
    await this.#turn();
    this.#enter('up');
  }

  #arrive(): void {
    const next = this.#underway.shift();
    if (next === undefined) return;
    for (const listener of this.#listeners) listener(next.message);
    this.onHeard(next.message, next.said);
  }

  #enter(state: 'up' | 'down'): void {
    this.#state = state;
    for (const listener of this.#stateListeners) listener(state);
  }
}
