/**
 * Every error this package throws on purpose: its code, the HTTP status the edge answers with, and the sentence a
 * client may read. `docs/errors.md` has one section per code; a test compares the two.
 */
export const ERRORS = {
  OPTION_INVALID: { status: 500, message: 'An option has a value that is not allowed.' },
  TENANT_MISSING: { status: 401, message: 'No tenant is known for this request.' },
  TENANT_INVALID: { status: 400, message: 'The tenant id is not valid.' },
  TENANT_SUSPENDED: { status: 403, message: 'The tenant is suspended.' },
  TENANT_NOT_FOUND: { status: 404, message: 'There is no such tenant.' },
  TENANT_MISMATCH: { status: 403, message: 'The request names another tenant than its credentials.' },
  TENANT_EXISTS: { status: 409, message: 'There is such a tenant already.' },
  PLAN_NOT_FOUND: { status: 404, message: 'There is no such plan.' },
  API_KEY_INVALID: { status: 401, message: 'The API key is not valid, expired or revoked.' },
  API_KEY_SCOPE: { status: 403, message: 'The API key may not do that.' },
  API_KEY_NOT_FOUND: { status: 404, message: 'There is no such API key.' },
  ENTRY_NOT_FOUND: { status: 404, message: 'There is no such entry.' },
  TOKEN_INVALID: { status: 401, message: 'The access token is missing, expired or not valid.' },
  DATASET_INVALID: { status: 400, message: 'The name of the dataset is not valid.' },
  DATASET_NOT_FOUND: { status: 404, message: 'There is no such dataset.' },
  RESOURCE_INVALID: { status: 400, message: 'The resource name is not valid.' },
  KEY_INVALID: { status: 400, message: 'The key is not valid.' },
  TAG_INVALID: { status: 400, message: 'The tag is not valid.' },
  VALUE_NOT_CACHEABLE: { status: 500, message: 'The value cannot be stored.' },
  ENTRY_TOO_LARGE: { status: 413, message: 'The entry is larger than the largest entry allowed.' },
  QUOTA_EXCEEDED: { status: 507, message: 'The cache quota is used up.' },
  LOAD_TIMEOUT: { status: 504, message: 'Loading the value took too long.' },
  LOAD_ABORTED: { status: 503, message: 'The load was given up because nobody waits for it.' },
  WRITE_BEHIND_FULL: { status: 507, message: 'Too many writes wait to be persisted.' },
  STORE_UNAVAILABLE: { status: 503, message: 'The shared cache store does not answer.' },
  STORE_MISCONFIGURED: { status: 500, message: 'The shared cache store is not configured for quotas.' },
  DIRECTORY_UNAVAILABLE: { status: 503, message: 'The tenant directory does not answer.' },
  ALERT_NOT_FOUND: { status: 404, message: 'There is no such alert.' },
  WEBHOOK_NOT_FOUND: { status: 404, message: 'There is no such webhook or delivery.' },
  UPKEEP_FENCED: { status: 409, message: 'Another process looks after the shared store by now.' },
  CACHE_CLOSED: { status: 503, message: 'The cache is closed.' },
  UNAUTHENTICATED: { status: 401, message: 'Sign in to use this interface.' },
  FORBIDDEN: { status: 403, message: 'This account may not do that.' },
  REQUEST_INVALID: { status: 400, message: 'The request is not valid.' },
  BODY_TOO_LARGE: { status: 413, message: 'The body of the request is too large.' },
  MEDIA_TYPE_UNSUPPORTED: { status: 415, message: 'The body of the request has to be JSON.' },
  RATE_LIMITED: { status: 429, message: 'Too many requests.' },
  IDEMPOTENCY_RUNNING: { status: 409, message: 'A request with this Idempotency-Key is still being answered.' },
  IDEMPOTENCY_MISMATCH: { status: 422, message: 'The Idempotency-Key was used for another request.' },
  WARMING_NOT_FOUND: { status: 404, message: 'There is no such warm-up.' },
  WARMING_RUNNING: { status: 409, message: 'A warm-up of this job is under way.' },
  WATCHLIST_LIMIT: { status: 409, message: 'The tenant has as many watchlists as it may have.' },
  WATCHLIST_NOT_FOUND: { status: 404, message: 'There is no such watchlist.' },
  SYMBOL_UNKNOWN: { status: 404, message: 'The exchange does not know this symbol.' },
  EXCHANGE_UNKNOWN: { status: 404, message: 'There is no such exchange.' },
  EXCHANGE_UNAVAILABLE: { status: 502, message: 'The exchange does not answer as it should.' },
  EXCHANGE_LIMITED: { status: 503, message: 'The exchange accepts no more requests for the moment.' },
  PERMISSION_DENIED: { status: 403, message: 'The user may not do that.' },
  PERMISSION_SET_INVALID: { status: 500, message: 'What was loaded of the user is no set of permissions.' },
  AUTHORIZATION_UNAVAILABLE: { status: 503, message: 'It cannot be decided whether the user may do that.' },
  STATEMENT_NOT_FOUND: { status: 404, message: 'There is no closed statement of that period.' },
  ROUTE_NOT_FOUND: { status: 404, message: 'There is no such route.' },
  METHOD_NOT_ALLOWED: {
    status: 405,
    message: 'The route is there, but not for this method: Allow names those it takes.',
  },
  PRECONDITION_REQUIRED: { status: 428, message: 'Send the ETag you read in If-Match.' },
  PRECONDITION_FAILED: { status: 412, message: 'The settings were changed by somebody else in the meantime.' },
  USAGE_NOT_KEPT: { status: 501, message: 'What is counted is not kept where it could be read.' },
  INTERNAL: { status: 500, message: 'Something failed on the server.' },
} as const satisfies Record<string, { status: number; message: string }>;

export type ErrorCode = keyof typeof ERRORS;

/** What was given, what is allowed and what to do: the parts of a message that help. Never a key, token or value. */
export interface ErrorDetail {
  given?: string;
  allowed?: string;
  todo?: string;
  cause?: unknown;
}

/** Each CommonJS bundle of this package has classes of its own; this is how they know each other's errors. */
const BRAND = Symbol.for('tenantcache.error');

/** The one error class of this package. `status` is the HTTP status the edge answers with. */
export class TenantCacheError extends Error {
  override readonly name: string = 'TenantCacheError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly detail: ErrorDetail;

  constructor(code: ErrorCode, detail: ErrorDetail = {}) {
    super(sentence(code, detail), detail.cause === undefined ? undefined : { cause: detail.cause });
    this.code = code;
    this.status = ERRORS[code].status;
    this.detail = detail;
  }
}
Object.defineProperty(TenantCacheError.prototype, BRAND, { value: true });
Object.defineProperty(TenantCacheError, Symbol.hasInstance, {
  value(this: object, error: unknown): boolean {
    // What is narrower is told by its own class.
    if (this !== TenantCacheError) return Function.prototype[Symbol.hasInstance].call(this, error);
    return typeof error === 'object' && error !== null && BRAND in error;
  },
});

/** A write that the tenant's quota refuses; `sizeBytes` could never fit where `code` is `ENTRY_TOO_LARGE`. */
export class QuotaExceededError extends TenantCacheError {
  override readonly name = 'QuotaExceededError';

  constructor(
    code: 'QUOTA_EXCEEDED' | 'ENTRY_TOO_LARGE',
    readonly sizeBytes: number,
    readonly usedBytes: number,
    readonly hardLimitBytes: number,
  ) {
    super(code, {
      given: `an entry of ${sizeBytes} bytes, ${usedBytes} bytes in use`,
      allowed: `${hardLimitBytes} bytes`,
      todo:
        code === 'ENTRY_TOO_LARGE'
          ? 'store a smaller value, or raise the quota or maxEntryBytes'
          : 'raise the quota, or use a policy that evicts',
    });
  }
}

/** A limit of calls in a window that is reached. `policy` is its name in the `RateLimit` fields of an answer. */
export class RateLimitedError extends TenantCacheError {
  override readonly name = 'RateLimitedError';

  constructor(
    readonly policy: string,
    readonly limit: number,
    readonly windowMs: number,
    /** Calls that are left all the same: fewer than were asked for at once. */
    readonly remaining: number,
    /** Until the window ends; it is worth no try before. */
    readonly retryAfterMs: number,
  ) {
    super('RATE_LIMITED', {
      allowed: `${limit} in ${windowMs} ms (${policy})`,
      todo: `wait ${retryAfterMs} ms, or raise the limit`,
    });
  }
}

/** Shorthand that keeps `throw` at the call site, where the reader looks for it. */
export function fail(code: ErrorCode, detail?: ErrorDetail): TenantCacheError {
  return new TenantCacheError(code, detail);
}

/** For events and logs: the code of an error of ours; of any other nothing may be told, for it may hold anything. */
export function codeOf(error: unknown): ErrorCode | 'UNKNOWN' {
  return isKnown(error) ? error.code : 'UNKNOWN';
}

/** An error of this package with a code that this version has: whoever throws one may have written anything into it. */
export function isKnown(error: unknown): error is TenantCacheError {
  return error instanceof TenantCacheError && Object.hasOwn(ERRORS, error.code);
}

function sentence(code: ErrorCode, { given, allowed, todo }: ErrorDetail): string {
  const parts: string[] = [ERRORS[code].message];
  if (given) parts.push(`Given: ${given}.`);
  if (allowed) parts.push(`Allowed: ${allowed}.`);
  if (todo) parts.push(`To do: ${todo}.`);
  return `${parts.join(' ')} (${code}, docs/errors.md#${code.toLowerCase()})`;
}
