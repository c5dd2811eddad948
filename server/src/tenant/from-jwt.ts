import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { API_KEY_MARK } from '../core/api-key-format.js';
import { addCredentialField } from '../core/credential-fields.js';
import { type Duration, durationMs } from '../core/duration.js';
import { fail, TenantCacheError } from '../core/errors.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { type JwtKeyOptions, jwtKey } from './jwt-key.js';

export interface FromJwtOptions extends JwtKeyOptions {
  /** Issuers accepted; the token must then have `iss`. Default: any. */
  issuer?: string | string[];
  /** Audiences accepted; the token must then have `aud`. Default: any. */
  audience?: string | string[];
  /** The claim that holds the tenant id. Default `tenant_id`. */
  claim?: string;
  /** How far clocks may differ, for `exp` and `nbf`. Default 0. */
  clockTolerance?: Duration;
  /** Refuses tokens that never expire. Default false. */
  requireExpiry?: boolean;
  /** Another header than `authorization` holds the bare token. */
  headerName?: string;
  /** The `typ` that the token's head must state, such as `at+jwt` (RFC 9068). Default: any. */
  typ?: string;
  /**
   * Whether a token that is otherwise valid was revoked. Asked for each request, of remembered tokens too, so that a
   * revocation is in force as soon as it answers true; a lookup in memory keeps requests fast. Where it throws, the request
   * is refused with `DIRECTORY_UNAVAILABLE`. Default: none are.
   */
  isRevoked?: (claims: RevocableClaims) => boolean | Promise<boolean>;
}

/** What a revocation can name: one token, all of somebody's, all of a tenant's, or those issued before a time (seconds). */
export type RevocableClaims = Readonly<Pick<JWTPayload, 'iss' | 'sub' | 'jti' | 'iat' | 'exp'>> & {
  readonly tenant: string;
};

const WHERE = 'fromJwt()';
const NAMES = ['secret', 'publicKey', 'jwksUrl', 'algorithms', 'issuer', 'audience', 'claim'];
const MORE_NAMES = ['clockTolerance', 'requireExpiry', 'headerName', 'typ', 'isRevoked'];
const MAX_TOKEN_LENGTH = 8_192;
const MAX_REMEMBERED = 10_000;
/** So that a key withdrawn by the issuer loses its effect. */
const MAX_REMEMBERED_MS = 600_000;

interface Verified {
  readonly tenant: string;
  readonly untilMs: number;
  /** Only where somebody may ask for them. */
  readonly claims: RevocableClaims | undefined;
}

/**
 * Takes the tenant from a claim of a verified JSON Web Token (`Authorization: Bearer …`); no token, no tenant. A
 * verified token is remembered by its SHA-256 until it expires, 10 minutes at most, and then answered synchronously.
 * The returned function throws or rejects with `TOKEN_INVALID`, or `DIRECTORY_UNAVAILABLE` without keys to check with.
 * @throws TenantCacheError `OPTION_INVALID` at construction
 */
export function fromJwt(options: FromJwtOptions): (req: IncomingMessage) => string | undefined | Promise<string> {
  assertOptionNames(WHERE, options, [...NAMES, ...MORE_NAMES]);
  const { claim = 'tenant_id', issuer, audience, requireExpiry = false, headerName = 'authorization' } = options;
  if (typeof claim !== 'string' || claim === '') throw invalidOption(WHERE, 'claim', 'the name of a claim');
  if (typeof headerName !== 'string' || headerName === '')
    throw invalidOption(WHERE, 'headerName', 'the name of a header');
  const { typ, isRevoked } = options;
  if (typ !== undefined && (typeof typ !== 'string' || typ === '')) throw invalidOption(WHERE, 'typ', 'a media type');
  if (isRevoked !== undefined && typeof isRevoked !== 'function') {
    throw invalidOption(WHERE, `isRevoked: ${typeof isRevoked}`, '(claims) => boolean | Promise<boolean>');
  }
  const { algorithms, getKey } = jwtKey(options);
  const toleranceMs = durationMs(options.clockTolerance ?? 0, 'clockTolerance');
  const header = headerName.toLowerCase();
  addCredentialField(header);
  const remembered = new LRUCache<string, Verified>({ max: MAX_REMEMBERED });
  const checks = {
    algorithms,
    clockTolerance: toleranceMs / 1_000,
    requiredClaims: requireExpiry ? ['exp', claim] : [claim],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
    ...(typ === undefined ? {} : { typ }),
  };

  async function verify(token: string, digest: string): Promise<string> {
    const payload = await jwtVerify(token, getKey, checks).then((result) => result.payload, refuse);
    const tenant = claimOf(payload, claim);
    // As 1e999 is in JSON: an expiry that never comes is none.
    if (payload.exp === Number.POSITIVE_INFINITY) throw fail('TOKEN_INVALID', { given: 'a token that expires never' });
    const claims = isRevoked && revocable(tenant, payload);
    const untilMs = Math.min(
      Date.now() + MAX_REMEMBERED_MS,
      (payload.exp ?? Number.POSITIVE_INFINITY) * 1_000 + toleranceMs,
    );
    const verified = { tenant, untilMs, claims };
    remembered.set(digest, verified);
    return admit(verified, digest);
  }

  /** The tenant, unless the token was revoked: then nothing of it is remembered. */
  function admit({ tenant, claims }: Verified, digest: string): string | Promise<string> {
    if (!isRevoked || !claims) return tenant;
    const decide = (revoked: boolean): string => {
      if (revoked === false) return tenant;
      remembered.delete(digest);
      throw fail('TOKEN_INVALID', { given: 'a token that was revoked' });
    };
    const answer = attempt(() => isRevoked(claims));
    return typeof answer === 'boolean' ? decide(answer) : Promise.resolve(answer).catch(unknown).then(decide);
  }

  return (req) => {
    const token = tokenOf(req.headers[header], header === 'authorization');
    if (token === undefined) return undefined;
    const digest = hash('sha256', token, 'base64');
    const known = remembered.get(digest);
    if (known && Date.now() < known.untilMs) return admit(known, digest);
    return verify(token, digest);
  };
}

/** Undefined where there is no token; another scheme than Bearer belongs to somebody else. */
function tokenOf(value: string | string[] | undefined, withScheme: boolean): string | undefined {
  if (value === undefined) return undefined;
  const [, scheme, rest] = /^([^ ]*) *(.*)$/s.exec(String(value)) ?? [];
  if (withScheme && scheme?.toLowerCase() !== 'bearer') return undefined;
  const token = withScheme ? (rest ?? '') : String(value);
  // A bearer may also be an API key, which another resolver of the chain reads; no JWT begins so.
  if (withScheme && token.startsWith(API_KEY_MARK)) return undefined;
  if (token === '' || token.length > MAX_TOKEN_LENGTH) {
    throw fail('TOKEN_INVALID', {
      given: `a token of ${token.length} characters`,
      allowed: `1 to ${MAX_TOKEN_LENGTH}`,
    });
  }
  return token;
}

function claimOf(payload: JWTPayload, claim: string): string {
  const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
  if (typeof value === 'string') return value;
  throw fail('TOKEN_INVALID', {
    given: `a token whose claim ${claim} is of type ${typeof value}`,
    allowed: 'a string',
  });
}

function revocable(tenant: string, { iss, sub, jti, iat, exp }: JWTPayload): RevocableClaims {
  const stated = Object.entries({ iss, sub, jti, iat, exp }).filter(([, value]) => value !== undefined);
  return Object.freeze({ ...Object.fromEntries(stated), tenant });
}

/** Nobody can say whether it was revoked: refused, never let through. */
function unknown(cause: unknown): never {
  throw cause instanceof TenantCacheError
    ? cause
    : fail('DIRECTORY_UNAVAILABLE', { given: 'isRevoked() failed', cause });
}

function attempt<T>(ask: () => T): T {
  try {
    return ask();
  } catch (cause) {
    return unknown(cause);
  }
}

/** The reason is jose's code only: its errors carry the claims, and no log may hold those. */
function refuse(error: unknown): never {
  if (error instanceof TenantCacheError) throw error;
  throw fail('TOKEN_INVALID', {
    given: error instanceof errors.JOSEError ? error.code : 'a token that cannot be read',
  });
}
