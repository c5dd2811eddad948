'use client';

import { useRef, useState } from 'react';
import { NO_BREAK_SPACE, number } from '@/components/ui/number';
import { CHARACTER_PX } from './geometry';
import { AXIS_TEXT, PLOT_LABEL } from './plot-text';
import { type NamedPoint, type SizeCurveProps, type SizePoint, sizeText } from './size-model';
import { useWidth } from './time-plot';
import { Tip, TipValue } from './tip';
import { useReading } from './use-reading';

const NARROW_PX = 420;
const TIP_PX = 170;

/** The curve over the size axis. Arrow keys and the pointer read it at round sizes. */
export function SizePlot(props: SizeCurveProps) {
  const { finding, line, rows, maxMib, tickMib, tickDecimals, minRate, present, better, names, height } = props;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [at, setAt] = useState<number>();
  const box = { left: 44, right: width - 12, top: 24, bottom: height - 22 };
  const x = (mib: number) => box.left + ((box.right - box.left) * mib) / maxMib;
  const y = (rate: number) =>
    box.bottom - ((box.bottom - box.top) * (Math.max(minRate, rate) - minRate)) / (1 - minRate);
  const shown = at === undefined ? undefined : rows[at];

  const { spoken, interaction } = useReading({
    label: finding,
    point: (left) =>
      setAt(left < box.left - 6 ? undefined : nearestRow(rows, ((left - box.left) / (box.right - box.left)) * maxMib)),
    jump(values) {
      const start = at ?? (present ? nearestRow(rows, present.mib) - values : values < 0 ? rows.length : -1);
      setAt(Math.max(0, Math.min(rows.length - 1, start + values)));
    },
    leave: () => setAt(undefined),
  });
  const shares = Array.from({ length: Math.round((1 - minRate) / 0.2) + 1 }, (_, index) => minRate + index * 0.2);
  return (
    <div ref={frame} className="relative rounded-2" style={{ height }} {...interaction}>
      {width > 0 && (
        <>
          <svg aria-hidden width={width} height={height} className="absolute inset-0">
            {shares.map((share) => (
              <g key={share}>
                <line
                  x1={box.left}
                  x2={box.right}
                  y1={y(share)}
                  y2={y(share)}
                  stroke={share === 0 ? 'var(--border-strong)' : 'var(--chart-grid)'}
                  shapeRendering="crispEdges"
                />
                <text x={box.left - 8} y={y(share) + 4} textAnchor="end" style={AXIS_TEXT}>
                  {number(share * 100)}
                  {NO_BREAK_SPACE}%
                </text>
              </g>
            ))}
            {tickMib
              .filter((_, index) => width > NARROW_PX || (tickMib.length - 1 - index) % 2 === 0)
              .map((mib) => (
                <g key={mib}>
                  <line x1={x(mib)} x2={x(mib)} y1={box.bottom} y2={box.bottom + 4} stroke="var(--border-strong)" />
                  <text
                    x={mib === maxMib ? width : x(mib)}
                    y={height - 5}
                    textAnchor={mib === maxMib ? 'end' : 'middle'}
                    style={AXIS_TEXT}
                  >
                    {number(mib, tickDecimals)}
                    {mib === maxMib && `${NO_BREAK_SPACE}MiB`}
                  </text>
                </g>
              ))}
            <path
              d={line.map((step, index) => `${index ? 'L' : 'M'}${x(step.mib)},${y(step.hitRate)}`).join('')}
              fill="none"
              stroke="var(--chart-l1)"
              strokeWidth={1.8}
              strokeLinejoin="round"
            />
            {present && present.mib <= maxMib && (
              <line
                x1={x(present.mib)}
                x2={x(present.mib)}
                y1={16}
                y2={box.bottom}
                stroke="var(--chart-limit)"
                strokeWidth={1.4}
              />
            )}
            {present && present.mib <= maxMib && (
              <text
                x={x(present.mib) + (x(present.mib) > width / 2 ? -7 : 7)}
                y={13}
                textAnchor={x(present.mib) > width / 2 ? 'end' : 'start'}
                style={PLOT_LABEL}
              >
                {names.present} {sizeText(present.mib)}
              </text>
            )}
            {present && present.mib <= maxMib && <Dot at={present} x={x} y={y} right={box.right} filled />}
            {better && better.mib <= maxMib && <Dot at={better} x={x} y={y} right={box.right} filled={false} />}
          </svg>
          {shown && (
            <Tip x={x(shown.mib)} box={box} width={width} tipWidth={TIP_PX} top="top-12" spoken={spoken}>
              <span className="mb-0.5 block text-text-muted">{sizeText(shown.mib)}</span>
              <TipValue
                name={names.rate}
                value={`${number(shown.hitRate * 100, 1)}${NO_BREAK_SPACE}%`}
                mark="line"
                color="l1"
              />
            </Tip>
          )}
        </>
      )}
    </div>
  );
}

interface DotProps {
  readonly at: NamedPoint;
  readonly x: (mib: number) => number;
  readonly y: (rate: number) => number;
  readonly right: number;
  readonly filled: boolean;
}

/** The present size is filled and named below the curve, the better one is hollow and named above it. */
function Dot({ at: { mib, hitRate, label }, x, y, right, filled }: DotProps) {
  const fits = x(mib) + 9 + label.length * CHARACTER_PX <= right;
  return (
    <g>
      <circle
        cx={x(mib)}
        cy={y(hitRate)}
        r={4.5}
        fill={filled ? 'var(--chart-l1)' : 'var(--bg)'}
        stroke="var(--chart-l1)"
        strokeWidth={2}
      />
      <text
        x={x(mib) + (fits ? 9 : -9)}
        y={y(hitRate) + (filled ? 19 : -10)}
        textAnchor={fits ? 'start' : 'end'}
        style={PLOT_LABEL}
      >
        {label}
      </text>
    </g>
  );
}

function nearestRow(rows: readonly SizePoint[], mib: number): number {
  let best = 0;
  for (const [index, row] of rows.entries()) {
    if (Math.abs(row.mib - mib) < Math.abs((rows[best]?.mib ?? 0) - mib)) best = index;
  }
  return best;
}
