import { describe, expect, it } from '@jest/globals';
import { counted, limitMib, MIB, mib, mibNumber, percent, shareOfQuota } from '@/components/ui/figures';
import { clock, day, moment } from '@/components/ui/times';

describe('figures', () => {
  it('writes MiB with one decimal and a no-break space', () => {
    expect(mib(561.44 * MIB)).toBe('561.4\u00a0MiB');
    expect(mibNumber(1101.7 * MIB)).toBe('1,101.7');
    expect(mib(0)).toBe('0.0\u00a0MiB');
  });

  it('writes limits whole where they are whole', () => {
    expect(limitMib(512 * MIB)).toBe('512\u00a0MiB');
    expect(limitMib(403.2 * MIB)).toBe('403.2\u00a0MiB');
  });

  it('has no percentage where there is no data, instead of 0 %', () => {
    expect(percent(undefined)).toBeUndefined();
    expect(percent(null)).toBeUndefined();
    expect(percent(0 / 0)).toBeUndefined();
    expect(percent(0)).toBe('0.0\u00a0%');
    expect(percent(0.841)).toBe('84.1\u00a0%');
  });

  it('says 100 % and 0 % of a quota only for exactly that', () => {
    expect(shareOfQuota(100, 100)).toBe('100\u00a0%');
    expect(shareOfQuota(999, 1000)).toBe('99\u00a0%');
    expect(shareOfQuota(1001, 1000)).toBe('101\u00a0%');
    expect(shareOfQuota(1, 1000)).toBe('<\u00a01\u00a0%');
    expect(shareOfQuota(0, 1000)).toBe('0\u00a0%');
    expect(shareOfQuota(1096, 1000)).toBe('110\u00a0%');
  });

  it('counts one and many', () => {
    expect(counted(1, 'entry', 'entries')).toBe('1 entry');
    expect(counted(41320, 'entry', 'entries')).toBe('41,320 entries');
  });
});

describe('times', () => {
  const now = new Date('2026-11-20T14:32:10Z');

  it('are UTC, whatever the machine thinks', () => {
    expect(clock('2026-11-20T23:05:09+01:00')).toBe('22:05:09');
    expect(clock('2026-11-20T00:00:00Z')).toBe('00:00:00');
  });

  it('name the day where it is not today, and the year where it is not this one', () => {
    expect(moment('2026-11-20T13:57:40Z', now)).toBe('13:57');
    expect(moment('2026-11-19T13:57:40Z', now)).toBe('19 Nov 13:57');
    expect(day('2025-11-19T13:57:40Z', now)).toBe('19 Nov 2025');
  });
});
