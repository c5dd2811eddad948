/** What the options of `cache.response()` come to. */
export interface ResponsePolicy {
  /** Freshness that the developer gives, in place of the response's own; undefined leaves it to the response. */
  readonly ttlMs: number | undefined;
  /** Where the response says nothing itself (RFC 5861); 0 for never. */
  readonly staleWhileRevalidateMs: number;
  readonly staleIfErrorMs: number;
  /** How long beyond its staleness a response with a validator is kept, to be revalidated. */
  readonly retainMs: number;
  /** Freshness by `Last-Modified` (RFC 9111, 4.2.2): a part of its age, up to a limit. */
  readonly heuristic: { readonly fraction: number; readonly maxMs: number } | undefined;
  /** `rfc`: RFC 9111, 3.5. `separate`: the key holds the credentials. `shared`: one answer for the tenant. */
  readonly authorization: 'rfc' | 'separate' | 'shared';
  /** Keeps a response that sets a cookie, without the cookie. False keeps it only where it says `public` or `s-maxage`. */
  readonly storeSetCookie: boolean;
  /** Whether clients may ask past the cache by Cache-Control (RFC 9111, 5.2.1: advice, not duty). */
  readonly requestDirectives: boolean;
  /** Targeted fields in order, such as `cdn-cache-control` (RFC 9213). */
  readonly targeted: readonly string[];
  /** Request fields that every answer of this route depends on, in lower case. */
  readonly vary: readonly string[];
}

export const DEFAULT_POLICY: ResponsePolicy = Object.freeze({
  ttlMs: undefined,
  staleWhileRevalidateMs: 0,
  staleIfErrorMs: 0,
  retainMs: 3_600_000,
  heuristic: undefined,
  authorization: 'rfc',
  storeSetCookie: false,
  requestDirectives: true,
  targeted: Object.freeze([]),
  vary: Object.freeze([]),
});
