import type { ChartMarker, TimeGrid } from './chart-model';
import { HALF_FLAG_PX, layFlags } from './flags';
import type { Box, LimitLabel } from './geometry';
import { PLOT_LABEL } from './plot-text';

interface AnnotationsProps {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  readonly grid: TimeGrid;
  readonly labels: readonly LimitLabel[];
  readonly markers: readonly ChartMarker[];
}

/** Names of limits and flags of changes: words inside the plot, above everything drawn. */
export function Annotations({ width, height, box, grid, labels, markers }: AnnotationsProps) {
  return (
    <svg aria-hidden width={width} height={height} className="pointer-events-none absolute inset-0 overflow-visible">
      {labels.map(({ key, text, y }) => (
        <text key={key} x={box.right} y={y} textAnchor="end" style={PLOT_LABEL}>
          {text}
        </text>
      ))}
      {layFlags(box, grid, markers, width).map(({ xs, text, textX, side }) => (
        <g key={`${textX}-${text}`}>
          {xs.map((x) => (
            <g key={x}>
              <line x1={x} x2={x} y1={14} y2={box.bottom} stroke="var(--text-muted)" strokeDasharray="1.5 2.5" />
              <path d={`M${x - HALF_FLAG_PX},6h${2 * HALF_FLAG_PX}l-4,7z`} fill="var(--text-secondary)" />
            </g>
          ))}
          <text x={textX} y={13} textAnchor={side === 'left' ? 'end' : 'start'} style={PLOT_LABEL}>
            {text}
          </text>
        </g>
      ))}
    </svg>
  );
}
