import type { ReactNode } from 'react';

interface NumbersTableProps {
  readonly caption: string;
  /** The first is that of the rows' names. */
  readonly heads: readonly { readonly key: string; readonly text: string }[];
  readonly rows: readonly NumbersRow[];
}

export interface NumbersRow {
  readonly key: number;
  readonly name: ReactNode;
  /** As many as there are heads after the first. */
  readonly numbers: readonly string[];
}

const HEAD =
  'sticky top-0 bg-bg border-b border-border-strong py-2 pr-3 text-12 font-medium whitespace-nowrap text-text-muted last:pr-0';
const CELL = 'h-9 border-b border-border py-1 pr-3 whitespace-nowrap tabular-nums last:pr-0';

/** Whoever has no pointer scrolls it with the keyboard. */
const SCROLLABLE = { tabIndex: 0 } as const;

/** The numbers of a chart, in a part of the page that scrolls under their heads. */
export function NumbersTable({ caption, heads, rows }: NumbersTableProps) {
  return (
    <section {...SCROLLABLE} aria-label={`Values: ${caption}`} className="max-h-[260px] overflow-auto rounded-2">
      <table className="w-full border-collapse text-13">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr>
            {heads.map(({ key, text }, column) => (
              <th key={key} scope="col" className={`${HEAD} ${column === 0 ? 'text-left' : 'text-right'}`}>
                {text}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, numbers }) => (
            <tr key={key}>
              <th scope="row" className={`${CELL} text-left font-regular`}>
                {name}
              </th>
              {numbers.map((text, column) => (
                <td key={heads[column + 1]?.key} className={`${CELL} text-right`}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
