import { fail, type TenantCacheError } from '../core/errors.js';

/** `given` says what happened; errors of the client are not passed on, for they carry keys and values. */
export function storeUnavailable(given: string): TenantCacheError {
  return fail('STORE_UNAVAILABLE', { given });
}

const refusals = new WeakSet<object>();

/** Marks an error as Redis's own answer to this one command: it is there, and others may be answered. */
export function asRefusal<E extends object>(error: E): E {
  refusals.add(error);
  return error;
}

export function isRefusal(error: unknown): boolean {
  return typeof error === 'object' && error !== null && refusals.has(error);
}

/** The code word of an error reply, such as `OOM`, or what the connection said; never the command. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown failure';
  if (isReply(error)) return `Redis answered ${/^[A-Z]+/.exec(error.message)?.[0] ?? 'an error'}`;
  const code = (error as NodeJS.ErrnoException).code;
  return code ? `the connection failed with ${code}` : 'there is no connection to Redis';
}

/** Redis is there but cannot serve: the breaker counts these as it counts silence. */
const OUTAGE_REPLIES = /^(LOADING|READONLY|MASTERDOWN|CLUSTERDOWN|TRYAGAIN|NOREPLICAS|MISCONF|NOAUTH|WRONGPASS)/;

/** Whether a failure says that Redis cannot be used, rather than that it refused this one command. */
export function isOutage(error: unknown): boolean {
  return !(error instanceof Error && isReply(error)) || OUTAGE_REPLIES.test(error.message);
}

function isReply(error: Error): boolean {
  return error.name === 'ReplyError';
}

/** A script failed for one tenant: what it found there is none of its own making. */
export function damagedKeys(): TenantCacheError {
  return asRefusal(storeUnavailable("the tenant's keys in Redis are damaged"));
}
