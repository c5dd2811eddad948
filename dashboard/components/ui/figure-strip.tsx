import type { ReactNode } from 'react';

export interface Figure {
  key: string;
  name: ReactNode;
  value: ReactNode;
  /** Small text right after the value, such as “of 512 MiB”. */
  of?: ReactNode;
  detail?: ReactNode;
}

/** The key figures of a page in one row between hairlines; two columns on small screens. */
export function FigureStrip({ figures, label }: { figures: readonly Figure[]; label: string }) {
  return (
    <dl
      aria-label={label}
      className="grid grid-cols-2 border-y border-border sm:auto-cols-fr sm:grid-flow-col sm:grid-cols-none"
    >
      {figures.map(({ key, name, value, of, detail }) => (
        <div
          key={key}
          className="grid content-start gap-px border-border py-2.5 nth-[n+3]:border-t even:border-l even:pl-3.5 sm:border-t-0! sm:border-l sm:px-5! sm:py-3.5 sm:first:border-l-0 sm:first:pl-0!"
        >
          <dt className="text-12 whitespace-nowrap text-text-muted">{name}</dt>
          <dd className="text-20 font-medium tracking-[-0.02em] whitespace-nowrap tabular-nums">
            {value}
            {of && <small className="text-13 font-regular tracking-normal text-text-secondary"> {of}</small>}
          </dd>
          {detail && <dd className="text-12 text-text-secondary tabular-nums">{detail}</dd>}
        </div>
      ))}
    </dl>
  );
}
