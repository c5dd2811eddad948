import { ChevronRight } from 'lucide-react';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { JumpIcon } from '@/features/palette/openers';
import { NavigationDialog } from './navigation-dialog';

export interface Crumb {
  label: string;
  /** Absent for the page itself, which is the last one. */
  href?: string;
}

interface PageFrameProps {
  crumbs: readonly Crumb[];
  /** Controls at the right of the bar: time range, live switch. */
  tools?: ReactNode;
  children: ReactNode;
}

/** Sticky bar and main part of one page; blocks of the page are 32 px apart. */
export function PageFrame({ crumbs, tools, children }: PageFrameProps) {
  return (
    <>
      <header className="page-x sticky top-0 z-5 flex print:hidden min-h-[52px] flex-wrap items-center gap-x-3 gap-y-2 border-b border-border bg-bg py-2 text-13 sm:flex-nowrap">
        <NavigationDialog />
        <nav aria-label="Breadcrumb" className="min-w-0">
          <ol className="flex min-w-0 items-center gap-1.5 whitespace-nowrap">
            {crumbs.map(({ label, href }) => (
              <li key={label} className="flex min-w-0 items-center gap-1.5">
                {href ? (
                  <>
                    <Link
                      href={href}
                      className="max-w-[240px] truncate text-text-secondary hover:underline hover:underline-offset-3"
                    >
                      {label}
                    </Link>
                    <ChevronRight aria-hidden size={14} strokeWidth={1.75} className="shrink-0 text-text-muted" />
                  </>
                ) : (
                  <span aria-current="page" className="max-w-[480px] truncate font-medium" title={label}>
                    {label}
                  </span>
                )}
              </li>
            ))}
          </ol>
        </nav>
        <JumpIcon />
        {tools && (
          <div className="flex w-full flex-wrap items-center justify-between gap-2 sm:ml-auto sm:w-auto sm:flex-nowrap sm:gap-3">
            {tools}
          </div>
        )}
      </header>
      <main
        id="main"
        tabIndex={-1}
        className="page-x grid grid-cols-[minmax(0,1fr)] content-start gap-6 pt-5 pb-10 shadow-none! sm:gap-8 sm:pt-6 sm:pb-12"
      >
        {children}
      </main>
    </>
  );
}
