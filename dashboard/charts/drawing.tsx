'use client';

import { Area, Bar, CartesianGrid, ComposedChart, Line, ReferenceArea, ReferenceLine, XAxis, YAxis } from 'recharts';
import { type ChartLimit, type ChartSeries, ink, type TimeGrid } from './chart-model';
import { chartPoints } from './chart-points';
import type { Value } from './gaps';
import { type Box, gridGaps } from './geometry';
import { BarPart, barWidth, dotsFor } from './marks';
import { AXIS_TEXT } from './plot-text';
import type { TimeTick, ValueAxis } from './ticks';

export interface DrawingProps {
  readonly id: string;
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  readonly grid: TimeGrid;
  readonly series: readonly ChartSeries[];
  readonly limits: readonly ChartLimit[];
  /** Keys of a series and of the limit above which it is drawn as too much. */
  readonly over?: { readonly series: string; readonly limit: string } | undefined;
  readonly axis: ValueAxis;
  readonly valueTick: (value: number) => string;
  readonly timeTicks: readonly TimeTick[];
}

const STILL = { isAnimationActive: false, legendType: 'none', tooltipType: 'none' } as const;

/** What Recharts draws: axes, gaps, areas, bars, lines. */
export function Drawing(props: DrawingProps) {
  const { id, width, height, box, grid, series, limits, over, axis, valueTick, timeTicks } = props;
  const bars = series.filter(({ mark }) => mark === 'bar');
  const areas = series.filter(({ mark }) => mark === 'area' || mark === 'fill');
  const lines = series.filter(({ mark }) => mark === 'line' || mark === 'dots');
  const data = chartPoints(props, areas);
  const last = data.length - 1;
  const pixelsPerStep = ((box.right - box.left) * grid.stepMs) / (grid.toMs - grid.fromMs);
  const lastPx = (pixelsPerStep * (grid.lastStepMs ?? grid.stepMs)) / grid.stepMs;
  const barPx = barWidth(pixelsPerStep);
  const dots = (values: readonly Value[], color: string) => dotsFor(values, color, last);

  return (
    <ComposedChart
      width={width}
      height={height}
      data={data}
      margin={{ top: box.top, right: width - box.right, bottom: 0, left: 0 }}
      accessibilityLayer={false}
      barGap={0}
    >
      <defs>
        <pattern id={`${id}-gap`} width={5} height={5} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width={5} height={5} fill="var(--chart-gap)" />
          <line x1={0} x2={0} y1={0} y2={5} stroke="var(--border-strong)" strokeWidth={1.5} />
        </pattern>
      </defs>
      <CartesianGrid vertical={false} stroke="var(--chart-grid)" syncWithTicks shapeRendering="crispEdges" />
      <XAxis
        dataKey="at"
        type="number"
        scale="linear"
        domain={[grid.fromMs, grid.toMs]}
        allowDataOverflow
        ticks={timeTicks.map(({ at }) => at)}
        interval={0}
        height={22}
        axisLine={false}
        tickLine={{ stroke: 'var(--border-strong)' }}
        tickSize={4}
        tick={({ x, y, payload }) => <TimeLabel x={Number(x)} y={Number(y)} tick={tickAt(timeTicks, payload.value)} />}
      />
      <YAxis
        type="number"
        width={box.left}
        domain={[0, axis.max]}
        allowDataOverflow
        ticks={[...axis.ticks]}
        interval={0}
        axisLine={false}
        tickLine={false}
        tickSize={0}
        tickMargin={8}
        tickFormatter={valueTick}
        tick={AXIS_TEXT}
      />
      <ReferenceLine y={0} stroke="var(--border-strong)" shapeRendering="crispEdges" />
      {gridGaps(grid).map(({ fromMs, toMs }) => (
        <ReferenceArea key={fromMs} x1={fromMs} x2={toMs} fill={`url(#${id}-gap)`} fillOpacity={1} stroke="none" />
      ))}
      {areas.map(({ key, color, mark }) => (
        <Area
          {...STILL}
          key={key}
          dataKey={`${key}Band`}
          type="linear"
          stroke="none"
          fill={ink(color)}
          fillOpacity={mark === 'fill' ? 1 : 0.2}
          activeDot={false}
          dot={false}
        />
      ))}
      {over && (
        <Area
          {...STILL}
          dataKey="over"
          type="linear"
          stroke="none"
          fill="var(--exceeded)"
          fillOpacity={0.34}
          activeDot={false}
          dot={false}
        />
      )}
      {bars.map(({ key, color }, index) => (
        <Bar
          {...STILL}
          key={key}
          dataKey={key}
          stackId="bars"
          barSize={barPx}
          fill={ink(color)}
          minPointSize={0}
          shape={(bar) => <BarPart {...bar} inner={index > 0} stepPx={bar.index === last ? lastPx : pixelsPerStep} />}
        />
      ))}
      {areas
        .filter(({ mark }) => mark === 'area')
        .map(({ key, color }) => (
          <Line
            {...STILL}
            key={key}
            dataKey={`${key}Top`}
            type="linear"
            stroke={ink(color)}
            strokeWidth={1.6}
            strokeLinejoin="round"
            dot={dots(
              data.map((point) => (point[`${key}Top`] as Value) ?? null),
              ink(color),
            )}
            activeDot={false}
          />
        ))}
      {lines.map(({ key, color, values, mark }) => (
        <Line
          {...STILL}
          key={key}
          dataKey={key}
          type="linear"
          stroke={ink(color)}
          strokeWidth={mark === 'dots' ? 1.4 : 1.6}
          {...(mark === 'dots' && { strokeDasharray: '1.5 3' })}
          strokeLinejoin="round"
          dot={dots(values, ink(color))}
          activeDot={false}
        />
      ))}
      {over && (
        <Line
          {...STILL}
          dataKey="overTop"
          type="linear"
          stroke="var(--exceeded)"
          strokeWidth={1.6}
          dot={false}
          activeDot={false}
        />
      )}
      {limits.map(({ key, dashed, values }) => (
        <Line
          {...STILL}
          key={key}
          dataKey={key}
          type="stepAfter"
          stroke="var(--chart-limit)"
          strokeWidth={1.4}
          {...(dashed && { strokeDasharray: '5 4' })}
          dot={dots(values, 'var(--chart-limit)')}
          activeDot={false}
        />
      ))}
    </ComposedChart>
  );
}

function tickAt(ticks: readonly TimeTick[], at: number): TimeTick | undefined {
  return ticks.find((tick) => tick.at === at);
}

function TimeLabel({ x, y, tick }: { x: number; y: number; tick: TimeTick | undefined }) {
  if (!tick) return <g />;
  const strong = tick.strong ? { fill: 'var(--text)', fontWeight: 'var(--weight-medium)' } : {};
  return (
    <text x={x} y={y + 9} textAnchor="middle" style={{ ...AXIS_TEXT, ...strong }}>
      {tick.label}
    </text>
  );
}
