import { describe, expect, it } from '@jest/globals';
import {
  gauge,
  hitRatio,
  increase,
  most,
  ofTenant,
  ofTenants,
  operationQuantile,
  operationQuantiles,
  quoted,
  scraped,
} from '@/data/promql';

describe('PromQL', () => {
  it('keeps whatever is in a label value inside its quotes', () => {
    expect(quoted('a"} or vector(1) #\n\\')).toBe('"a\\"} or vector(1) #\\n\\\\"');
  });

  it.each(['', 'a"', 'a|b', '.*', 'a b', 'ä', '-a', 'a'.repeat(65), 'a\n'])('refuses the tenant id %p', (id) => {
    expect(() => ofTenant(id)).toThrow(RangeError);
    expect(() => ofTenants(['ok', id])).toThrow(RangeError);
  });

  it('asks for growth, so that a restart is no fall', () => {
    expect(increase('hits_total', 900_000, { by: ['tier'], matcher: ofTenant('org_1') })).toBe(
      'sum by (tier) (increase(tenantcache_hits_total{tenant="org_1"}[900s]))',
    );
  });

  it('counts a gauge once per tenant, however many processes report it', () => {
    expect(gauge('quota_usage_bytes', 30_000)).toBe(
      'sum (max by (tenant) (last_over_time(tenantcache_quota_usage_bytes[30s])))',
    );
  });

  it('leaves what is zero out of the greatest, and nothing that is more', () => {
    expect(most(8, 'sum by (tenant) (x)')).toBe('topk(8, sum by (tenant) (x) > 0)');
  });

  it('takes growth as known where a process was scraped twice, for one scrape tells none', () => {
    expect(scraped(60_000)).toBe('max (count_over_time(tenantcache_info[60s])) > 1');
  });

  it('has one query for all tenants of a table', () => {
    expect(hitRatio(60_000, ofTenants(['a', 'b-1']))).toContain('{tenant=~"a|b-1"}');
  });

  it('asks for several quantiles at once, each under its name', () => {
    const query = operationQuantiles({ p50: 0.5, p99: 0.99 }, 'get', 60_000);
    expect(query.split(' or ')).toEqual([
      `label_replace(${operationQuantile(0.5, 'get', 60_000)}, "percentile", "p50", "", "")`,
      `label_replace(${operationQuantile(0.99, 'get', 60_000)}, "percentile", "p99", "", "")`,
    ]);
  });

  it('takes quantiles from the histogram, which has no tenant', () => {
    expect(operationQuantile(0.99, 'get', 60_000)).toBe(
      'histogram_quantile(0.99, sum by (le) (increase(tenantcache_operation_duration_seconds_bucket{operation="get"}[60s])))',
    );
  });
});
