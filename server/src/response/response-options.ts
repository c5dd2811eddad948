import type { Request, Response } from 'express';
import { type Duration, durationMs } from '../core/duration.js';
import { assertOptionNames, invalidOption } from '../core/options.js';
import { assertResourceName } from '../core/resource.js';
import { DEFAULT_POLICY, type ResponsePolicy } from './response-policy.js';

/** How the answers of a route are kept; `docs/options.md` lists them. */
export interface ResponseOptions {
  /** How long an answer is fresh, whatever its own fields say. Omitted: what its own fields say (RFC 9111). */
  ttl?: Duration;
  /** Request fields that every answer of the route depends on, beside those that its own `Vary` names. */
  vary?: readonly string[];
  /** In place of the address. What it leaves out must not matter to the answer. */
  key?: (req: Request) => string;
  /** Hosts to keep answers for; others pass by. Default: every host, each by itself. */
  hosts?: readonly string[];
  /** Default `separate` with `ttl` (each credential has its own answer), else `rfc` (RFC 9111, 3.5). */
  authorization?: 'rfc' | 'separate' | 'shared';
  /** Freshness by `Last-Modified` where nothing else says: a tenth of its age, up to a day. Default false. */
  heuristic?: boolean | { fraction?: number; max?: Duration };
  /** How long a stale answer is still given while the handler makes another (RFC 5861). Default: what the answer says. */
  staleWhileRevalidate?: Duration;
  /** How long a stale answer stands in for a failing handler (RFC 5861). Default: what the answer says. */
  staleIfError?: Duration;
  /** How long a stale answer with an ETag or a date is kept to be revalidated. Default: 0 with `ttl`, else 1 hour. */
  revalidateFor?: Duration;
  /** Larger bodies are sent and not kept. Default 1 MiB. */
  maxBodyBytes?: number;
  /** How long requests wait for the answer that one of them is making; then each has its own, and none is kept. Default 30 s. */
  coalesceTimeout?: Duration;
  /** Default `http-response`. */
  resource?: string;
  /** Tags of the answer, for `invalidateTags`; asked when it has ended. */
  tags?: (req: Request, res: Response) => readonly string[];
  /** Requests that pass by. */
  skip?: (req: Request, res: Response) => boolean;
  /** False: the `Cache-Control` of requests is not heard. Default true. */
  requestDirectives?: boolean;
  /** Keeps an answer that sets a cookie, without the cookie. Default false. */
  storeSetCookie?: boolean;
  /** Targeted fields that go before `Cache-Control` (RFC 9213), such as `['CDN-Cache-Control']`. */
  targeted?: readonly string[];
}

export interface ResponseSettings {
  readonly policy: ResponsePolicy;
  readonly key: ResponseOptions['key'];
  readonly hosts: readonly string[] | undefined;
  readonly maxBodyBytes: number;
  readonly coalesceTimeoutMs: number;
  readonly resource: string;
  readonly tags: ResponseOptions['tags'];
  readonly skip: ResponseOptions['skip'];
}

const NAMES = [
  'ttl',
  'vary',
  'key',
  'hosts',
  'authorization',
  'heuristic',
  'staleWhileRevalidate',
  'staleIfError',
  'revalidateFor',
  'maxBodyBytes',
  'coalesceTimeout',
  'resource',
  'tags',
  'skip',
  'requestDirectives',
  'storeSetCookie',
  'targeted',
];
const WHERE = 'response()';
const FIELD_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HOST = /^[A-Za-z0-9._~:[\]-]{1,255}$/;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MIB = 1024 * 1024;

/** @throws TenantCacheError `OPTION_INVALID`, `RESOURCE_INVALID` */
export function responseSettings(options: ResponseOptions = {}): ResponseSettings {
  assertOptionNames(WHERE, options, NAMES);
  for (const name of ['key', 'tags', 'skip'] as const) assertIs('function', name, options[name]);
  for (const name of ['requestDirectives', 'storeSetCookie'] as const) assertIs('boolean', name, options[name]);
  const { resource = 'http-response', maxBodyBytes = MIB, coalesceTimeout = '30s' } = options;
  assertResourceName(resource);
  if (!Number.isSafeInteger(maxBodyBytes) || maxBodyBytes < 1 || maxBodyBytes > 32 * MIB) {
    throw invalidOption(WHERE, `maxBodyBytes: ${String(maxBodyBytes)}`, 'a whole number of bytes from 1 to 32 MiB');
  }
  const coalesceTimeoutMs = durationMs(coalesceTimeout, 'coalesceTimeout', 1);
  if (coalesceTimeoutMs > 600_000) {
    throw invalidOption(WHERE, `coalesceTimeout: ${String(coalesceTimeout)}`, '1 ms to 10 minutes');
  }
  return Object.freeze({
    policy: policyOf(options),
    key: options.key,
    hosts: options.hosts === undefined ? undefined : list('hosts', options.hosts, HOST, 'host names'),
    maxBodyBytes,
    coalesceTimeoutMs,
    resource,
    tags: options.tags,
    skip: options.skip,
  });
}

function policyOf(options: ResponseOptions): ResponsePolicy {
  const { ttl, authorization = ttl === undefined ? 'rfc' : 'separate' } = options;
  if (!['rfc', 'separate', 'shared'].includes(authorization)) {
    throw invalidOption(WHERE, `authorization: ${String(authorization)}`, "'rfc', 'separate', 'shared'");
  }
  const time = (name: 'staleWhileRevalidate' | 'staleIfError' | 'revalidateFor', fallback: number) =>
    options[name] === undefined ? fallback : durationMs(options[name], name);
  return Object.freeze({
    ...DEFAULT_POLICY,
    ttlMs: ttl === undefined ? undefined : durationMs(ttl, 'ttl', 1),
    staleWhileRevalidateMs: time('staleWhileRevalidate', 0),
    staleIfErrorMs: time('staleIfError', 0),
    retainMs: time('revalidateFor', ttl === undefined ? HOUR_MS : 0),
    heuristic: heuristicOf(options.heuristic),
    authorization,
    storeSetCookie: options.storeSetCookie ?? false,
    requestDirectives: options.requestDirectives ?? true,
    targeted: lowerCase('targeted', options.targeted),
    vary: lowerCase('vary', options.vary),
  });
}

function heuristicOf(heuristic: ResponseOptions['heuristic']): ResponsePolicy['heuristic'] {
  if (heuristic === undefined || heuristic === false) return undefined;
  if (heuristic === true) return { fraction: 0.1, maxMs: DAY_MS };
  assertOptionNames(`${WHERE} heuristic`, heuristic, ['fraction', 'max']);
  const { fraction = 0.1, max = DAY_MS } = heuristic;
  if (typeof fraction !== 'number' || !(fraction > 0 && fraction <= 1)) {
    throw invalidOption(WHERE, `heuristic.fraction: ${String(fraction)}`, 'a number above 0, up to 1');
  }
  return { fraction, maxMs: durationMs(max, 'heuristic.max', 1) };
}

function lowerCase(name: string, names: readonly string[] | undefined): readonly string[] {
  if (names === undefined) return [];
  return [
    ...new Set(list(name, names, FIELD_NAME, 'names of header fields').map((field) => field.toLowerCase())),
  ].sort();
}

function list(name: string, values: unknown, pattern: RegExp, what: string): readonly string[] {
  const fits = (value: unknown) => typeof value === 'string' && pattern.test(value) && value !== '*';
  if (Array.isArray(values) && values.every(fits)) return values;
  throw invalidOption(WHERE, name, `an array of ${what}`);
}

function assertIs(type: 'function' | 'boolean', name: string, value: unknown): void {
  if (value === undefined || typeof value === type) return;
  throw invalidOption(
    WHERE,
    `${name}: ${typeof value}`,
    type === 'boolean' ? 'true, false' : 'a function of the request',
  );
}
