import { describe, expect, it } from '@jest/globals';
import { type Change, changesAt } from '@/charts/changes-at';
import { layFlags } from '@/charts/flags';
import { type Box, CHARACTER_PX, timeToX } from '@/charts/geometry';

const box: Box = { left: 60, right: 660, top: 24, bottom: 200 };
const narrow: Box = { left: 60, right: 350, top: 24, bottom: 200 };
const times = [0, 200, 400, 600, 800, 1000];
const grid = { fromMs: 0, toMs: 1000, stepMs: 200, times, covered: times.map(() => true) };
const change = (at: number) => ({ at, label: 'Quota 64 to 128 MiB', short: '64 to 128' });
const lay = (...ats: number[]) => layFlags(box, grid, ats.map(change), 664);

function extent({ text, textX, side }: ReturnType<typeof layFlags>[number]): [number, number] {
  const px = text.length * CHARACTER_PX;
  return side === 'left' ? [textX - px, textX] : [textX, textX + px];
}

describe('flags of changes', () => {
  it('have their label at the right, and at the left where the plot ends', () => {
    expect(lay(300)).toMatchObject([{ text: 'Quota 64 to 128 MiB', side: 'right' }]);
    expect(lay(980)).toMatchObject([{ text: 'Quota 64 to 128 MiB', side: 'left' }]);
  });

  it('are all in short where the full labels have no room, and on a narrow plot', () => {
    expect(lay(300, 450, 600).map(({ text }) => text)).toEqual(['64 to 128', '64 to 128', '64 to 128']);
    expect(layFlags(narrow, grid, [change(300)], 354)).toMatchObject([{ text: '64 to 128' }]);
  });

  it('share one label that counts them where they stand too close, and those with room keep their own', () => {
    const flags = lay(200, 500, 510, 520);
    expect(flags.map(({ text }) => text)).toEqual(['Quota 64 to 128 MiB', '3 changes']);
    expect(flags[1]?.xs).toEqual([500, 510, 520].map((at) => timeToX(box, grid, at)));
  });

  it('never meet: no label another one, a flag of another one or the edge, and none is left out', () => {
    for (const [plot, width] of [
      [box, 664],
      [narrow, 354],
    ] as const) {
      for (let first = 0; first <= 1000; first += 80) {
        for (let second = first; second <= 1000; second += 80) {
          for (const third of [second, Math.min(1000, second + 110), 1000]) {
            const flags = layFlags(plot, grid, [first, second, third].map(change), width);
            const counted = flags.map(({ text }) => Number(/^(\d+) changes$/.exec(text)?.[1] ?? 1));
            expect(counted.reduce((sum, count) => sum + count, 0)).toBe(3);
            const extents = flags.map(extent);
            for (const [index, [from, to]] of extents.entries()) {
              expect(from).toBeGreaterThanOrEqual(plot.left);
              expect(to).toBeLessThanOrEqual(plot.right);
              expect(from).toBeGreaterThan(extents[index - 1]?.[1] ?? 0);
              const others = flags.filter((_, other) => other !== index).flatMap(({ xs }) => xs);
              expect(others.filter((x) => x > from && x < to)).toEqual([]);
            }
          }
        }
      }
    }
  });
});

const texts = (changes: readonly Change[]) => changes.map(({ text }) => text);

describe('the changes of a point', () => {
  const at = (text: string) => Date.parse(`2026-11-20T${text}Z`);
  const points = [at('16:45:00'), at('17:00:00')];
  const markers = [at('16:48:30'), at('16:50:00'), at('16:59:00')].map(change);

  it('are those nearest to it, each with its own time, so that none is told twice or not at all', () => {
    expect(texts(changesAt(markers, points, 0))).toEqual([
      'Quota 64 to 128 MiB at 16:48',
      'Quota 64 to 128 MiB at 16:50',
    ]);
    expect(texts(changesAt(markers, points, 1))).toEqual(['Quota 64 to 128 MiB at 16:59']);
  });

  it('have their day where the point is of another one', () => {
    expect(texts(changesAt([change(at('23:58:00'))], [at('23:00:00') + 3_600_000], 0))).toEqual([
      'Quota 64 to 128 MiB at 20 Nov, 23:58',
    ]);
  });
});
