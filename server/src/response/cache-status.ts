/** One member of Cache-Status (RFC 9211). */
export interface CacheStatus {
  /** Default `tenantcache`. */
  readonly name?: string;
  readonly hit?: boolean;
  readonly fwd?: 'bypass' | 'method' | 'uri-miss' | 'vary-miss' | 'miss' | 'request' | 'stale' | 'partial';
  readonly fwdStatus?: number | undefined;
  /** Freshness that is left; below 0 for a stale answer. */
  readonly ttlMs?: number | undefined;
  readonly stored?: boolean;
  readonly collapsed?: boolean;
  /** A token. Never a key: the field goes to the client. */
  readonly detail?: string | undefined;
}

const TOKEN = /^[A-Za-z*][!#$%&'*+.^_`|~:/0-9A-Za-z-]*$/;

export function cacheStatus(status: CacheStatus): string {
  const parts = [status.name ?? 'tenantcache'];
  if (status.hit) parts.push('hit');
  else if (status.fwd !== undefined) parts.push(`fwd=${status.fwd}`);
  if (status.fwdStatus !== undefined) parts.push(`fwd-status=${status.fwdStatus}`);
  if (status.ttlMs !== undefined) parts.push(`ttl=${Math.floor(status.ttlMs / 1_000)}`);
  if (status.stored) parts.push('stored');
  if (status.collapsed) parts.push('collapsed');
  if (status.detail !== undefined && TOKEN.test(status.detail)) parts.push(`detail=${status.detail}`);
  return parts.join('; ');
}

/** The cache nearest to the client comes last (RFC 9211, 2). */
export function appendCacheStatus(present: string | undefined, member: string): string {
  return present === undefined || present === '' ? member : `${present}, ${member}`;
}
