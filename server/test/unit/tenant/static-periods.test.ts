import { describe, expect, it } from '@jest/globals';
import type { MeterReading, Statement, TenantRecord } from '../../../src/core/directory.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { StaticPeriods } from '../../../src/tenant/static-periods.js';

const TENANT = tenantId('acme');
const BEGAN_MS = Date.parse('2026-01-12T08:00:00Z');
const records = [{ tenantId: TENANT, settings: { quotaBytes: 1_000 } }] as TenantRecord[];
const at = (text: string) => Date.parse(text);

function reading(byteMs: number, usedBytes = 0, sinceMs = 1): MeterReading {
  const meters = { sinceMs, byteMs, overageByteMs: byteMs / 10, peakBytes: 1_000_000, timesExceeded: byteMs / 100 };
  return { tenantId: TENANT, atMs: BEGAN_MS, usedBytes, meters };
}

const bytes = (statements: readonly Statement[]) => statements.map(({ byteMs, peakBytes }) => [byteMs, peakBytes]);

describe('periods of static tenants', () => {
  it('are calendar months, the first from the start of the process, each with what was read in it', () => {
    const periods = new StaticPeriods(BEGAN_MS);
    periods.keep([reading(1_000, 30)]);
    expect(periods.close(records, at('2026-01-31T23:59:59.999Z'), 10)).toEqual([]);
    const january = periods.close(records, at('2026-02-01T00:00:00Z'), 10);
    expect(january).toMatchObject([
      { periodStart: '2026-01-12T08:00:00.000Z', periodEnd: '2026-02-01T00:00:00.000Z', quotaBytes: 1_000 },
    ]);
    periods.keep([reading(1_500, 20), reading(1_000, 5)]);
    const later = periods.close(records, at('2026-04-01T00:00:00Z'), 10);
    expect(bytes([...january, ...later])).toEqual([
      [1_000, 30],
      [500, 20],
      [0, 0],
    ]);
    expect(later[1]).toMatchObject({ periodStart: '2026-03-01T00:00:00.000Z', periodEnd: '2026-04-01T00:00:00.000Z' });
    expect(periods.list(TENANT, { page: 2, pageSize: 2 })).toMatchObject({ items: january, total: 3 });
  });

  it('lose nothing when the store begins anew, and count nothing twice', () => {
    const periods = new StaticPeriods(BEGAN_MS);
    for (let account = 1; account <= 20; account++) {
      periods.keep([reading(100, 1, account), reading(300, 1, account), reading(200, 1, account)]);
      periods.keep([reading(300, 1, 1), reading(300, 1, account)]);
    }
    expect(bytes(periods.close(records, at('2026-02-01T00:00:00Z'), 1))).toEqual([[20 * 300, 1]]);
  });

  it('are closed no more than they were asked to be, and kept for ten years', () => {
    const periods = new StaticPeriods(BEGAN_MS);
    expect(periods.close(records, at('2056-01-01T00:00:00Z'), 3)).toHaveLength(3);
    expect(periods.close(records, at('2056-01-01T00:00:00Z'), 1_000)).toHaveLength(357);
    const { items, total } = periods.list(TENANT, { page: 1, pageSize: 1 });
    expect([total, items[0]?.periodEnd]).toEqual([120, '2056-01-01T00:00:00.000Z']);
  });
});
