import { createPublicKey, type KeyObject } from 'node:crypto';
import type { JWTVerifyGetKey } from 'jose';
import { invalidOption } from '../core/options.js';
import { jwksKeys } from './jwks-keys.js';

export interface JwtKeyOptions {
  /** Shared secret, at least as long as the hash of its algorithm: 32 bytes for HS256. A string counts its UTF-8 bytes. */
  secret?: string | Uint8Array | undefined;
  /** Public key: PEM (SPKI or certificate) or a KeyObject. */
  publicKey?: string | KeyObject | undefined;
  /** Where the issuer publishes its keys; https, or http on loopback. */
  jwksUrl?: string | URL | undefined;
  /** Algorithms accepted. Default by kind of key: HS256; RS256, ES256, … or EdDSA as the key is; for a JWKS these three. */
  algorithms?: readonly string[];
}

/** What tokens are checked with. The algorithms are fixed before any token is seen, so a token cannot choose. */
export interface JwtKey {
  readonly algorithms: string[];
  readonly getKey: JWTVerifyGetKey;
}

const WHERE = 'fromJwt()';
const RSA = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'];
const ED = ['EdDSA', 'Ed25519'];
const EC: Record<string, string[]> = { prime256v1: ['ES256'], secp384r1: ['ES384'], secp521r1: ['ES512'] };
const HMAC = ['HS256', 'HS384', 'HS512'];

/** @throws TenantCacheError `OPTION_INVALID` unless exactly one usable key is given, with algorithms of its kind */
export function jwtKey(options: JwtKeyOptions): JwtKey {
  const { secret, publicKey, jwksUrl, algorithms } = options;
  const given = Object.entries({ secret, publicKey, jwksUrl }).filter(([, value]) => value !== undefined);
  if (given.length !== 1) {
    const names = given.map(([name]) => name).join(' and ') || 'no key';
    throw invalidOption(WHERE, names, 'exactly one of secret, publicKey, jwksUrl');
  }
  if (secret !== undefined) return secretKey(secret, algorithms);
  if (publicKey !== undefined) return publicJwtKey(publicKey, algorithms);
  const keys = jwksKeys(keySetUrl(jwksUrl));
  return {
    algorithms: choose(algorithms, ['RS256', 'ES256', ...ED], [...RSA, ...Object.values(EC).flat(), ...ED]),
    getKey: keys,
  };
}

function secretKey(secret: unknown, wanted: readonly string[] | undefined): JwtKey {
  const bytes = typeof secret === 'string' ? new TextEncoder().encode(secret) : secret;
  const algorithms = choose(wanted, ['HS256'], HMAC);
  const minBytes = Math.max(...algorithms.map((name) => Number(name.slice(2)) / 8));
  if (!(bytes instanceof Uint8Array) || bytes.byteLength < minBytes) {
    throw invalidOption(
      WHERE,
      bytes instanceof Uint8Array ? `a secret of ${bytes.byteLength} bytes` : `secret: ${typeof secret}`,
      `at least ${minBytes} bytes for ${algorithms.join(', ')}`,
      "make one with node -e \"console.log(require('crypto').randomBytes(48).toString('base64'))\"",
    );
  }
  // A copy: the caller may wipe or reuse its buffer.
  const key = new Uint8Array(bytes);
  return { algorithms, getKey: () => key };
}

function publicJwtKey(publicKey: unknown, wanted: readonly string[] | undefined): JwtKey {
  const key = asPublicKey(publicKey);
  const { asymmetricKeyType: kind, asymmetricKeyDetails: details } = key;
  const allowed = kind === 'rsa' ? RSA : kind === 'ed25519' ? ED : EC[details?.namedCurve ?? ''];
  if (!allowed || (kind === 'rsa' && (details?.modulusLength ?? 0) < 2048)) {
    const size = details?.modulusLength ?? details?.namedCurve ?? '';
    throw invalidOption(WHERE, `publicKey: ${kind} ${size}`, 'RSA of 2048 bits or more, P-256, P-384, P-521, Ed25519');
  }
  const algorithms = choose(wanted, kind === 'ed25519' ? ED : allowed.slice(0, 1), allowed);
  return { algorithms, getKey: () => key };
}

function asPublicKey(publicKey: unknown): KeyObject {
  const allowed = 'a public key as PEM (SPKI or certificate) or a KeyObject of type public';
  if (typeof publicKey === 'string' && !publicKey.includes('PRIVATE KEY')) {
    try {
      return createPublicKey(publicKey);
    } catch {
      throw invalidOption(WHERE, 'publicKey: text that is not a key', allowed);
    }
  }
  if (isKeyObject(publicKey) && publicKey.type === 'public') return publicKey;
  throw invalidOption(WHERE, `publicKey: ${isKeyObject(publicKey) ? publicKey.type : typeof publicKey}`, allowed);
}

function isKeyObject(value: unknown): value is KeyObject {
  return typeof value === 'object' && value !== null && 'asymmetricKeyType' in value && 'type' in value;
}

function keySetUrl(given: unknown): URL {
  const url = URL.canParse(String(given)) ? new URL(String(given)) : undefined;
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(url?.hostname ?? '');
  if (!url || !(url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) || url.username || url.password) {
    throw invalidOption(WHERE, 'jwksUrl', 'an https URL without credentials, or http on loopback');
  }
  return url;
}

function choose(wanted: readonly string[] | undefined, byDefault: string[], allowed: readonly string[]): string[] {
  if (wanted === undefined) return byDefault;
  if (!Array.isArray(wanted) || wanted.length === 0 || wanted.some((name) => !allowed.includes(name))) {
    throw invalidOption(WHERE, `algorithms: ${String(wanted)}`, `some of ${allowed.join(', ')} for this key`);
  }
  return [...wanted];
}
