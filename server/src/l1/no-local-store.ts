import type { LocalPartition, LocalStore } from '../core/local-tier.js';

const NOTHING: LocalPartition = Object.freeze({ get: () => undefined });

/** L1 switched off (`l1: false`): holds nothing, so every read asks the shared store. */
export const NO_LOCAL_STORE: LocalStore = Object.freeze({
  partition: () => NOTHING,
  get: () => undefined,
  set() {},
  delete() {},
  invalidate() {},
  clear() {},
  release() {},
  clearAll() {},
  shrink() {},
  grow() {},
  purgeExpired() {},
  bytes: () => 0,
  tenants: () => 0,
});
