import type { ReactNode, TdHTMLAttributes, ThHTMLAttributes } from 'react';
import { classNames } from './class-names';

const CELL = 'h-12 border-b border-border py-1.5 pr-3 align-middle last:pr-0 sm:h-row';

/** Rows and hairlines. The caption is for screen readers: say what the rows are and how they are sorted. */
export function Table({ caption, children }: { caption: string; children: ReactNode }) {
  return (
    <table className="w-full border-collapse text-13">
      <caption className="sr-only">{caption}</caption>
      {children}
    </table>
  );
}

interface Column {
  /** Figures stand right and have tabular numerals. */
  figure?: boolean;
}

export function ColumnHead({ figure, className, ...rest }: Column & ThHTMLAttributes<HTMLTableCellElement>) {
  return (
    <th
      scope="col"
      className={classNames(
        'border-b border-border-strong py-2 pr-3 align-bottom text-12 font-medium whitespace-nowrap text-text-muted last:pr-0',
        figure ? 'text-right' : 'text-left',
        className,
      )}
      {...rest}
    />
  );
}

export function Row({ className, children }: { className?: string; children: ReactNode }) {
  return <tr className={classNames('hover:*:bg-bg-subtle', className)}>{children}</tr>;
}

export function RowHead({ className, ...rest }: ThHTMLAttributes<HTMLTableCellElement>) {
  return <th scope="row" className={classNames(CELL, 'text-left font-regular', className)} {...rest} />;
}

export function Cell({ figure, className, ...rest }: Column & TdHTMLAttributes<HTMLTableCellElement>) {
  return (
    <td className={classNames(CELL, figure && 'text-right whitespace-nowrap tabular-nums', className)} {...rest} />
  );
}
