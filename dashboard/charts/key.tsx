import { type ChartColor, ink } from './chart-model';

export type KeyMark = 'area' | 'line' | 'dash' | 'dots' | 'box' | 'gap';

/** The sample of a series in legend and tooltip: shows how it is drawn, not only its colour. */
export function Key({ mark, color }: { mark: KeyMark; color?: ChartColor }) {
  if (mark === 'gap') return <i aria-hidden className="hatch-gap inline-block h-2.5 w-3 shrink-0" />;
  const tone = color ? ink(color) : 'currentColor';
  const looks = {
    area: { background: `color-mix(in srgb, ${tone} 26%, transparent)`, borderTop: `2px solid ${tone}` },
    box: { background: tone, borderRadius: 2 },
    line: { background: tone, height: 2, width: 14, borderRadius: 1 },
    dash: {
      background: `repeating-linear-gradient(90deg, ${tone} 0 4px, transparent 4px 7px)`,
      height: 2,
      width: 14,
    },
    dots: {
      background: `repeating-linear-gradient(90deg, ${tone} 0 2px, transparent 2px 4px)`,
      height: 2,
      width: 14,
    },
  } as const;
  return <i aria-hidden className="inline-block h-2.5 w-2.5 shrink-0" style={looks[mark]} />;
}
