import type { ReactNode } from 'react';

interface PageHeadProps {
  /** A finding where there is one, a label only where nothing can be concluded yet. */
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
}

export function PageHead({ title, children, actions }: PageHeadProps) {
  return (
    <div className="flex flex-col items-start justify-between gap-3 sm:flex-row sm:gap-6">
      <div className="grid min-w-0 gap-1.5">
        <h1>{title}</h1>
        {children}
      </div>
      {actions && <div className="flex w-full shrink-0 flex-wrap gap-2 sm:w-auto">{actions}</div>}
    </div>
  );
}

/** The sentence below a page heading. */
export function PageLead({ children }: { children: ReactNode }) {
  return <p className="max-w-[76ch] text-pretty text-text-secondary">{children}</p>;
}

/** Short facts below a page heading, in one line where there is room. */
export function PageMeta({ children }: { children: ReactNode }) {
  return <div className="flex flex-wrap items-center gap-x-4 gap-y-1 text-13 text-text-secondary">{children}</div>;
}

/** Heading of a section, with an optional line below and something at the right. */
export function SectionHead({ title, children, aside }: { title: ReactNode; children?: ReactNode; aside?: ReactNode }) {
  return (
    <div className="mb-3 flex flex-wrap items-end justify-between gap-x-4 sm:flex-nowrap">
      <div>
        <h2>{title}</h2>
        {children && <p className="text-13 text-text-muted">{children}</p>}
      </div>
      {aside}
    </div>
  );
}
