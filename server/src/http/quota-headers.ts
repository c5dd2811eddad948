import type { ServerResponse } from 'node:http';
import type { QuotaState } from '../core/quota.js';

/** What the headers tell of a tenant. */
export interface HandleUsage {
  readonly usedBytes: number;
  readonly quotaBytes: number;
  readonly state: QuotaState;
  /** A write of this request was refused by the quota. */
  readonly exceededInThisRequest?: boolean;
}

const EXCEEDED = 'X-Cache-Quota-Exceeded';

/** Sets the headers, in whole bytes, as the headers of the answer leave: that is when the request's writes are known. */
export function setQuotaHeaders(res: ServerResponse, usageOf: () => HandleUsage): void {
  let usage: HandleUsage;
  try {
    usage = usageOf();
  } catch {
    // An answer does not fail because of its quota headers.
    return;
  }
  res.setHeader('X-Cache-Quota-Used', String(Math.round(usage.usedBytes)));
  res.setHeader('X-Cache-Quota-Limit', String(Math.round(usage.quotaBytes)));
  const exceeded = usage.exceededInThisRequest || usage.state === 'exceeded' || usage.state === 'critical';
  if (exceeded) res.setHeader(EXCEEDED, 'true');
  // A header copied from an upstream answer must not speak for this tenant.
  else res.removeHeader(EXCEEDED);
}
