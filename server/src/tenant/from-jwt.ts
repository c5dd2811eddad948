import { hash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { errors, type JWTPayload, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
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
}

const WHERE = 'fromJwt()';
const NAMES = ['secret', 'publicKey', 'jwksUrl', 'algorithms', 'issuer', 'audience', 'claim'];
const MORE_NAMES = ['clockTolerance', 'requireExpiry', 'headerName'];
const MAX_TOKEN_LENGTH = 8_192;
const MAX_REMEMBERED = 10_000;
/** So that a key withdrawn by the issuer loses its effect. */
const MAX_REMEMBERED_MS = 600_000;

interface Verified {
  readonly tenant: string;
  readonly untilMs: number;
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
  const { algorithms, getKey } = jwtKey(options);
  const toleranceMs = durationMs(options.clockTolerance ?? 0, 'clockTolerance');
  const header = headerName.toLowerCase();
  const remembered = new LRUCache<string, Verified>({ max: MAX_REMEMBERED });
  const checks = {
    algorithms,
    clockTolerance: toleranceMs / 1_000,
    requiredClaims: requireExpiry ? ['exp', claim] : [claim],
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  };

  async function verify(token: string, digest: string): Promise<string> {
    const payload = await jwtVerify(token, getKey, checks).then((result) => result.payload, refuse);
    const tenant = claimOf(payload, claim);
    const untilMs = Math.min(
      Date.now() + MAX_REMEMBERED_MS,
      (payload.exp ?? Number.POSITIVE_INFINITY) * 1_000 + toleranceMs,
    );
    remembered.set(digest, { tenant, untilMs });
    return tenant;
  }

  return (req) => {
    const token = tokenOf(req.headers[header], header === 'authorization');
    if (token === undefined) return undefined;
    const digest = hash('sha256', token, 'base64');
    const known = remembered.get(digest);
    if (known && Date.now() < known.untilMs) return known.tenant;
    return verify(token, digest);
  };
}

/** Undefined where there is no token; another scheme than Bearer belongs to somebody else. */
function tokenOf(value: string | string[] | undefined, withScheme: boolean): string | undefined {
  if (value === undefined) return undefined;
  const [, scheme, rest] = /^([^ ]*) *(.*)$/s.exec(String(value)) ?? [];
  if (withScheme && scheme?.toLowerCase() !== 'bearer') return undefined;
  const token = withScheme ? (rest ?? '') : String(value);
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

/** The reason is jose's code only: its errors carry the claims, and no log may hold those. */
function refuse(error: unknown): never {
  if (error instanceof TenantCacheError) throw error;
  throw fail('TOKEN_INVALID', {
    given: error instanceof errors.JOSEError ? error.code : 'a token that cannot be read',
  });
}
