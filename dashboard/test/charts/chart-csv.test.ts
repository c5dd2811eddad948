import { describe, expect, it } from '@jest/globals';
import { sizeCsv, timeCsv } from '@/charts/chart-csv';
import { csv } from '@/components/ui/csv-text';

const at = (minute: number) => Date.UTC(2026, 10, 20, 14, minute);
const grid = {
  fromMs: at(0),
  toMs: at(4),
  stepMs: 60_000,
  times: [1, 2, 3, 4].map(at),
  covered: [false, true, true, true],
};

describe('a chart as CSV', () => {
  it('holds what its table shows, newest first, as figures in the unit, and nothing for what is not known', () => {
    const rows = [
      { name: 'L1', values: [null, 0.1, null, 0.3] },
      { name: 'Quota', values: [1, 0, 1, 0.123456] },
    ];
    expect(timeCsv(grid, rows, [], { unit: '%', scale: 100 })).toEqual({
      head: ['time_utc', 'L1, %', 'Quota, %'],
      rows: [
        ['2026-11-20T14:04:00.000Z', 30, 12.3456],
        ['2026-11-20T14:03:00.000Z', null, 100],
        ['2026-11-20T14:02:00.000Z', 10, 0],
      ],
    });
  });

  it('names what changed in each step, as text that no spreadsheet runs', () => {
    const change = { at: at(3) - 1_000, label: '=1+1', short: '' };
    const { head, rows } = timeCsv(grid, [{ name: 'Used', values: [1, 2, 3, 4] }], [change], { unit: '' });
    expect(head).toEqual(['time_utc', 'Used', 'changes']);
    expect(rows.map((cells) => cells.at(-1) !== '')).toEqual([false, true, false]);
    expect(csv(head, rows)).not.toMatch(/,=/);
  });

  it('has a head alone where nothing was recorded', () => {
    const none = { ...grid, covered: [false, false, false, false] };
    expect(timeCsv(none, [{ name: 'Used', values: [null, null, null, null] }], [], { unit: 'MiB' })).toEqual({
      head: ['time_utc', 'Used, MiB'],
      rows: [],
    });
  });

  it('has the sizes of a curve in MiB and its rates in percent', () => {
    const names = { size: 'Limit', rate: 'Hit rate', present: 'Now' };
    const rows = [
      { mib: 1, hitRate: 0.07 },
      { mib: 2.5, hitRate: 0.29 },
    ];
    expect(sizeCsv({ names, rows } as never)).toEqual({
      head: ['Limit, MiB', 'Hit rate, %'],
      rows: [
        [1, 7],
        [2.5, 29],
      ],
    });
  });
});
