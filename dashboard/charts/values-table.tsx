import { shownSteps } from './chart-csv';
import type { ChartMarker, TimeGrid } from './chart-model';
import { NumbersTable } from './numbers-table';
import { clock, day } from './time-format';
import { absent, type ValueRow } from './value-rows';

interface ValuesTableProps {
  readonly caption: string;
  readonly unit: string;
  readonly grid: TimeGrid;
  readonly rows: readonly ValueRow[];
  readonly markers: readonly ChartMarker[];
  readonly cell: (value: number) => string;
}

/** The numbers of a chart, newest first, and what changed then. What lies before the first recorded point is left out. */
export function ValuesTable({ caption, unit, grid, rows, markers, cell }: ValuesTableProps) {
  const heads = rows.map(({ key, name }) => ({ key, text: unit ? `${name}, ${unit}` : name }));
  return (
    <NumbersTable
      caption={caption}
      heads={[{ key: 'time', text: 'Time, UTC' }, ...heads]}
      rows={shownSteps(grid, markers).map(({ index, at, changes }) => {
        return {
          key: at,
          name: (
            <>
              {`${day(at)}, ${clock(at)}`}
              {changes.map(({ key, text }) => (
                <span key={key} className="block text-12 text-text-muted">
                  {text}
                </span>
              ))}
            </>
          ),
          numbers: rows.map(({ values }) => {
            const value = values[index] ?? null;
            return value === null ? absent(grid.covered[index] ?? false) : cell(value);
          }),
        };
      })}
    />
  );
}
