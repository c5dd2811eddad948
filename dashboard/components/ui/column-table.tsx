import type { ReactNode } from 'react';
import { classNames } from './class-names';
import { Cell, ColumnHead, Row, RowHead, Table } from './table';

/** A column, told once for its head and its cells. */
export interface TableColumn<T> {
  readonly head: string;
  /** Stands in the head in place of its words, such as a link that sorts. */
  readonly headAs?: ReactNode;
  readonly cell: (row: T) => ReactNode;
  /** Figures stand right and have tabular numerals. */
  readonly figure?: boolean;
  /** The narrowest width that has room for it. */
  readonly from?: 'sm' | 'md' | 'lg';
  /** Stands back behind the other columns. */
  readonly quiet?: boolean;
  readonly sorted?: 'ascending' | 'descending';
  /** Of the head and the cells. */
  readonly className?: string;
}

/** The last column of a table: what its reader can do to a row. */
export function actionsColumn<T>(cell: TableColumn<T>['cell']): TableColumn<T> {
  return { head: 'Actions', headAs: <span className="sr-only">Actions</span>, figure: true, from: 'sm', cell };
}

interface ColumnTableProps<T> {
  readonly caption: string;
  /** The first one names the rows. */
  readonly columns: readonly TableColumn<T>[];
  readonly rows: readonly T[];
  readonly keyOf: (row: T) => string;
}

const BELOW = { sm: 'max-sm:hidden', md: 'max-md:hidden', lg: 'max-lg:hidden' } as const;

/** A table whose rows are all alike. */
export function ColumnTable<T>({ caption, columns, rows, keyOf }: ColumnTableProps<T>) {
  return (
    <Table caption={caption}>
      <thead>
        <tr>
          {columns.map(({ head, headAs, figure = false, from, sorted, className }) => (
            <ColumnHead
              key={head}
              figure={figure}
              className={classNames(from && BELOW[from], className)}
              {...(sorted && { 'aria-sort': sorted })}
            >
              {headAs ?? head}
            </ColumnHead>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <Row key={keyOf(row)}>
            {columns.map((column, index) => (
              <ColumnCell key={column.head} column={column} row={row} first={index === 0} />
            ))}
          </Row>
        ))}
      </tbody>
    </Table>
  );
}

function ColumnCell<T>({ column, row, first }: { column: TableColumn<T>; row: T; first: boolean }) {
  const { cell, figure = false, from, quiet, className } = column;
  const classes = classNames(quiet && 'text-text-secondary', from && BELOW[from], className);
  if (first) return <RowHead className={classes}>{cell(row)}</RowHead>;
  return (
    <Cell figure={figure} className={classes}>
      {cell(row)}
    </Cell>
  );
}
