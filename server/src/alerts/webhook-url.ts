import { isIP } from 'node:net';
import { isPublicAddress } from './address-guard.js';

export interface UrlRules {
  /** Also addresses that are not public. For installations whose receivers are on their own network. Default false. */
  readonly allowPrivateAddresses: boolean;
  /** Also `http:`. Default false. */
  readonly allowHttp: boolean;
}

const MAX_LENGTH = 2_048;
const WELL_KNOWN_PORTS = [80, 443];
const LOWEST_OTHER_PORT = 1_024;
/** RFC 6761, RFC 8375, RFC 6762 and what clouds name their metadata. */
const LOCAL_NAME = /(?:^|\.)(?:localhost|local|internal|home\.arpa|localdomain)$/;

export type UrlVerdict = { readonly ok: true; readonly url: URL } | { readonly ok: false; readonly reason: string };

/**
 * What of a URL can be judged without asking anybody. The host is as WHATWG's URL reads it: decimal, octal, hexadecimal and
 * short forms of IPv4 and names in other scripts are in their one form by then. What a name stands for is judged
 * with each connection.
 */
export function judgeUrl(text: unknown, rules: UrlRules): UrlVerdict {
  if (typeof text !== 'string') return no('must be text');
  if (text.length > MAX_LENGTH) return no(`must have at most ${MAX_LENGTH} characters`);
  // The parser would drop line ends and tabs, and show another URL than was given.
  if (/[\s\p{Cc}\\]/u.test(text)) return no('must not hold white space, control characters or backslashes');
  if (!URL.canParse(text)) return no('must be a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(rules.allowHttp && url.protocol === 'http:')) {
    return no(rules.allowHttp ? 'must begin with https:// or http://' : 'must begin with https://');
  }
  if (url.username !== '' || url.password !== '') return no('must not hold a user or a password');
  if (url.hash !== '') return no('must not hold a fragment');
  const port = portOf(url);
  if (!WELL_KNOWN_PORTS.includes(port) && port < LOWEST_OTHER_PORT)
    return no('must have port 443, 80 or one from 1024 on');
  return rules.allowPrivateAddresses ? { ok: true, url } : judgeHost(url);
}

/** Without the brackets of an IPv6. */
export function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

function judgeHost(url: URL): UrlVerdict {
  const host = hostOf(url);
  if (isIP(host) !== 0) return isPublicAddress(host) ? { ok: true, url } : no('must not name a private address');
  const name = host.replace(/\.$/, '');
  if (LOCAL_NAME.test(name) || !name.includes('.')) return no('must name a host on the public internet');
  return { ok: true, url };
}

function no(reason: string): UrlVerdict {
  return { ok: false, reason };
}
