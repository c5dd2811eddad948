import { describe, expect, it } from '@jest/globals';
import type { MeterReading, Statement } from '../../../src/core/directory.js';
import { tenantId } from '../../../src/core/tenant-id.js';
import { PeriodCloser } from '../../../src/upkeep/period-closer.js';

const meters = { sinceMs: 1, byteMs: 5, overageByteMs: 0, peakBytes: 10, timesExceeded: 0 };
const reading = (name: string, change: Partial<typeof meters> = {}): MeterReading => ({
  tenantId: tenantId(name),
  atMs: 1,
  usedBytes: 10,
  meters: { ...meters, ...change },
});
const statement = { tenantId: tenantId('a'), periodStart: '', periodEnd: '' } as Statement;

describe('PeriodCloser', () => {
  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('keeps others’ readings beside one of %d', async (byteMs) => {
    const kept: string[] = [];
    const closer = new PeriodCloser(
      {
        async keepMeters(readings) {
          kept.push(...readings.map((each) => each.tenantId));
        },
        async closePeriods() {
          return [];
        },
      },
      () => {},
    );
    closer.read(reading('damaged', { byteMs }));
    closer.read(reading('sound'));
    await closer.keep();
    expect(kept).toEqual(['sound']);
  });

  it('ends between two calls where its process is to end, however many periods are left', async () => {
    let calls = 0;
    const closer = new PeriodCloser(
      {
        async keepMeters() {},
        async closePeriods(_nowMs, max) {
          calls++;
          return Array.from({ length: max }, () => statement);
        },
      },
      () => {},
    );
    await closer.close(1, () => calls < 3);
    expect(calls).toBe(3);
  });
});
