import type { TimeGrid } from './chart-model';
import { clock, day } from './time-format';
import { absent, type ValueRow } from './value-rows';

interface ValuesTableProps {
  readonly caption: string;
  readonly unit: string;
  readonly grid: TimeGrid;
  readonly rows: readonly ValueRow[];
  readonly cell: (value: number) => string;
}

const HEAD =
  'sticky top-0 bg-bg border-b border-border-strong py-2 pr-3 text-12 font-medium whitespace-nowrap text-text-muted last:pr-0';
const CELL = 'h-9 border-b border-border py-1 pr-3 whitespace-nowrap tabular-nums last:pr-0';

/** Whoever has no pointer scrolls it with the keyboard. */
const SCROLLABLE = { tabIndex: 0 } as const;

/** The numbers of a chart, newest first. What lies before the first recorded point is left out. */
export function ValuesTable({ caption, unit, grid, rows, cell }: ValuesTableProps) {
  const first = grid.covered.indexOf(true);
  const indexes = first === -1 ? [] : [...grid.times.keys()].slice(first).reverse();
  return (
    <section {...SCROLLABLE} aria-label={`Values: ${caption}`} className="max-h-[260px] overflow-auto rounded-2">
      <table className="w-full border-collapse text-13">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            <th scope="col" className={`${HEAD} text-left`}>
              Time, UTC
            </th>
            {rows.map(({ key, name }) => (
              <th key={key} scope="col" className={`${HEAD} text-right`}>
                {unit ? `${name}, ${unit}` : name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {indexes.map((index) => {
            const at = grid.times[index] ?? 0;
            return (
              <tr key={at}>
                <th scope="row" className={`${CELL} text-left font-regular`}>
                  {day(at)}, {clock(at)}
                </th>
                {rows.map(({ key, values }) => {
                  const value = values[index] ?? null;
                  return (
                    <td key={key} className={`${CELL} text-right`}>
                      {value === null ? absent(grid.covered[index] ?? false) : cell(value)}
                    </td>
                  );
                })}
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
