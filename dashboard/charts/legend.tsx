import type { ChartColor } from './chart-model';
import { Key, type KeyMark } from './key';

export interface LegendEntry {
  readonly key: string;
  readonly name: string;
  readonly mark: KeyMark;
  readonly color?: ChartColor;
  /** The present value. */
  readonly value?: string | undefined;
}

export function Legend({ entries }: { entries: readonly LegendEntry[] }) {
  return (
    <ul className="mt-2.5 mb-1 flex flex-wrap gap-x-4 gap-y-1 text-12 text-text-secondary">
      {entries.map(({ key, name, mark, color, value }) => (
        <li key={key} className="inline-flex items-center gap-1.5 whitespace-nowrap">
          <Key mark={mark} {...(color && { color })} />
          {name}
          {value !== undefined && <b className="font-medium text-text tabular-nums">{value}</b>}
        </li>
      ))}
    </ul>
  );
}
