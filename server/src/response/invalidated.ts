import { fieldValue } from './fields.js';
import type { ResponseHead } from './freshness.js';
import type { RequestHead } from './request-head.js';
import { canonicalHost, uriTag } from './request-target.js';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE']);

export function isUnsafe(method: string): boolean {
  return !SAFE_METHODS.has(method);
}

/**
 * Tags of the URIs that a change may have made wrong: the target, and Location and Content-Location of the same host; none
 * where the method is safe or the answer an error (RFC 9111, 4.4).
 */
export function invalidatedTags(request: Pick<RequestHead, 'method' | 'target'>, head: ResponseHead): string[] {
  if (!isUnsafe(request.method) || head.status < 200 || head.status >= 400) return [];
  const tags = new Set([request.target.tag]);
  for (const name of ['location', 'content-location']) {
    const tag = tagOf(fieldValue(head.headers, name), request);
    if (tag !== undefined) tags.add(tag);
  }
  return [...tags];
}

/** Another host's entries are not this one's to drop: anyone could name them. */
function tagOf(reference: string | undefined, { target }: Pick<RequestHead, 'target'>): string | undefined {
  if (reference === undefined) return undefined;
  const base = `http://${target.host}${target.uri}`;
  if (!URL.canParse(reference, base)) return undefined;
  const url = new URL(reference, base);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  return canonicalHost(url.host) === target.host ? uriTag(target.host, `${url.pathname}${url.search}`) : undefined;
}
