import { fail, type TenantCacheError } from '../core/errors.js';

/** One for all calls: thousands a second may end with it. */
const BYPASSED: TenantCacheError = fail('STORE_UNAVAILABLE', {
  given: 'the kill switch is on',
  todo: 'lift it by the admin API, PATCH /fleet',
});

/** What a call comes to while the switch is on. */
export function refused(): Promise<never> {
  return Promise.reject(BYPASSED);
}

/** Whether a call failed because the kill switch is on, which is no outage to tell of. */
export function isBypassed(error: unknown): boolean {
  return error === BYPASSED;
}

/** The kill switch of this process: while it is on, the shared store is left alone and the cache serves as in an outage. */
export class Bypass {
  readonly #listeners: ((on: boolean) => void)[] = [];
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  set(on: boolean): void {
    if (this.#on === on) return;
    this.#on = on;
    for (const listener of this.#listeners) listener(on);
  }

  onChange(listener: (on: boolean) => void): void {
    this.#listeners.push(listener);
  }
}
