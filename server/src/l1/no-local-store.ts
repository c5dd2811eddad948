import type { LocalStore } from '../core/contracts.js';

/** L1 switched off (`l1: false`): holds nothing, so every read asks the shared store. */
export const NO_LOCAL_STORE: LocalStore = Object.freeze({
  get: () => undefined,
  set() {},
  delete() {},
  clear() {},
  clearAll() {},
  purgeExpired() {},
  bytes: () => 0,
  tenants: () => 0,
});
