import type { ChartMarker, TimeGrid } from './chart-model';
import { type Box, CHARACTER_PX, type LimitLabel, timeToX } from './geometry';
import { PLOT_LABEL } from './plot-text';

interface AnnotationsProps {
  readonly width: number;
  readonly height: number;
  readonly box: Box;
  readonly grid: TimeGrid;
  readonly labels: readonly LimitLabel[];
  readonly markers: readonly ChartMarker[];
}

const NARROW_PX = 460;
const BESIDE_PX = 18;

/** Names of limits and flags of changes: words inside the plot, above everything drawn. */
export function Annotations({ width, height, box, grid, labels, markers }: AnnotationsProps) {
  const narrow = width < NARROW_PX;
  return (
    <svg aria-hidden width={width} height={height} className="pointer-events-none absolute inset-0 overflow-visible">
      {labels.map(({ key, text, y }) => (
        <text key={key} x={box.right} y={y} textAnchor="end" style={PLOT_LABEL}>
          {text}
        </text>
      ))}
      {markers.map(({ at, label, short }, index) => {
        const x = timeToX(box, grid, at);
        const text = narrow ? short : label;
        const { left, shown } = labelSide(
          text.length * CHARACTER_PX + BESIDE_PX,
          x - edge(box, grid, markers[index - 1], box.left),
          edge(box, grid, markers[index + 1], box.right) - x,
          index === markers.length - 1,
        );
        return (
          <g key={`${at}-${label}`}>
            <line x1={x} x2={x} y1={14} y2={box.bottom} stroke="var(--text-muted)" strokeDasharray="1.5 2.5" />
            <path d={`M${x - 4},6h8l-4,7z`} fill="var(--text-secondary)" />
            {shown && (
              <text x={x + (left ? -9 : 9)} y={13} textAnchor={left ? 'end' : 'start'} style={PLOT_LABEL}>
                {text}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function edge(box: Box, grid: TimeGrid, neighbour: ChartMarker | undefined, end: number): number {
  return neighbour ? timeToX(box, grid, neighbour.at) : end;
}

/** Right of its flag where there is room, else left; between two close flags a label is left out, but never the newest. */
function labelSide(neededPx: number, leftPx: number, rightPx: number, newest: boolean) {
  if (rightPx >= neededPx) return { left: false, shown: true };
  return { left: true, shown: newest || leftPx >= neededPx };
}
