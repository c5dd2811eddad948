import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

/** Of Express, as far as the target needs it. */
export interface TargetRequest extends IncomingMessage {
  readonly originalUrl?: string;
  readonly protocol?: string;
  readonly app?: { get(setting: string): unknown };
}

/** What a request asks for; the method is GET, for HEAD is answered from it. */
export interface Target {
  /** At most 1 kB: a longer one is its SHA-256. */
  readonly key: string;
  readonly host: string;
  /** Path and query as they were asked for. */
  readonly uri: string;
  /** All variants under this URI, whatever scheme they were asked for by. */
  readonly tag: string;
}

export interface TargetOptions {
  /** The hosts that are answered for, with the port where it is not 80 or 443. Default: any, each by itself. */
  readonly hosts?: readonly string[] | undefined;
}

export const MAX_TARGET_KEY_BYTES = 1024;

/** Nothing where the host is unknown, twice there or not to be served, or the target is no path: then nothing is kept. */
export function requestTarget(req: TargetRequest, options: TargetOptions = {}): Target | undefined {
  const uri = req.originalUrl ?? req.url ?? '';
  const named = requestHost(req);
  if (named === undefined) return undefined;
  const host = canonicalHost(named);
  if (options.hosts !== undefined && !options.hosts.some((allowed) => canonicalHost(allowed) === host))
    return undefined;
  const path = originForm(uri, host);
  if (path === undefined) return undefined;
  // The path as it came, bytes and case: two spellings that the app tells apart must not meet in one entry.
  // Behind a trusted proxy Express passes on whatever X-Forwarded-Proto says.
  const scheme = req.protocol === 'https' ? 'https' : 'http';
  const key = `GET ${scheme}://${named.toLowerCase().replace(scheme === 'https' ? /:443$/ : /:80$/, '')} ${path === uri ? '' : 'absolute '}${sortedQuery(path)}`;
  return { key: bounded(key), host, uri: path, tag: uriTag(host, path) };
}

export function uriTag(host: string, uri: string): string {
  return `uri:${sha256(`${host}${sortedQuery(uri)}`)}`;
}

/** Lower case, without the default port of either scheme, so that http and https meet; a key has that of the other one. */
export function canonicalHost(host: string): string {
  return host.toLowerCase().replace(/:(?:80|443)$/, '');
}

/** Any parser takes such a name as it stands, and for no other one: `%61` may be `a`, `a[b]` and `a.b` a part of it. */
const PLAIN_NAME = /^[A-Za-z0-9_~-]+$/;
/** Parsers stop somewhere, `qs` at 1,000: which parameters they leave out hangs on the order. */
const MAX_SORTED = 100;

/**
 * Parameters by name, those of one name in their order: `b=1&a=2` is `a=2&b=1`, `a=1&a=2` is not `a=2&a=1`. Nothing is
 * decoded; where one name is not plain, or there are over 100, all stay in their order.
 */
export function sortedQuery(uri: string): string {
  const mark = uri.indexOf('?');
  if (mark === -1 || uri.indexOf('&', mark) === -1) return uri;
  const pairs = uri.slice(mark + 1).split('&');
  const named = pairs.map((pair) => [pair.split('=', 1)[0] as string, pair] as const);
  if (named.length > MAX_SORTED || !named.every(([name]) => PLAIN_NAME.test(name))) return uri;
  named.sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return uri.slice(0, mark + 1) + named.map(([, pair]) => pair).join('&');
}

export function sha256(text: string | Buffer): string {
  return createHash('sha256').update(text).digest('base64url');
}

function bounded(key: string): string {
  return Buffer.byteLength(key) <= MAX_TARGET_KEY_BYTES ? key : `GET sha256:${sha256(key)}`;
}

/** X-Forwarded-Host counts only where the app trusts the peer that sent it, as in `req.hostname`. */
function requestHost(req: TargetRequest): string | undefined {
  const forwarded = req.headers['x-forwarded-host'];
  const hosts = req.headersDistinct?.host ?? [];
  const trusts = req.app?.get('trust proxy fn') as ((address: string | undefined, hop: number) => boolean) | undefined;
  const named =
    typeof forwarded === 'string' && typeof trusts === 'function' && trusts(req.socket?.remoteAddress, 0)
      ? (forwarded.split(',', 1)[0] as string).trim()
      : hosts.length > 1
        ? undefined
        : (hosts[0] ?? req.headers.host);
  return named === undefined || !HOST.test(named) ? undefined : named;
}

const HOST = /^[A-Za-z0-9._~:[\]-]{1,255}$/;

/** RFC 9112, 3.2: `/path`, or a whole URI whose host is that of the Host field. */
function originForm(uri: string, host: string): string | undefined {
  if (uri.startsWith('/')) return uri;
  const authority = /^https?:\/\/([^/?#]*)/i.exec(uri);
  if (authority === null || canonicalHost(authority[1] as string) !== host) return undefined;
  const rest = uri.slice(authority[0].length);
  return rest.startsWith('/') ? rest : `/${rest}`;
}
