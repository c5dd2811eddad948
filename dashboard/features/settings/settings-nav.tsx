'use client';

import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { createContext, type ReactNode, useContext } from 'react';
import { classNames } from '@/components/ui/class-names';
import { isCurrent } from '@/features/navigation/destinations';
import { SECTIONS } from './sections';

const IsAdmin = createContext(false);

/** Tells the navigation within whether it may show what only admins see. */
export function SettingsViewer({ admin, children }: { admin: boolean; children: ReactNode }) {
  return <IsAdmin value={admin}>{children}</IsAdmin>;
}

/** Sections of the settings: the first child of each settings page's `PageFrame`. */
export function SettingsNav() {
  const admin = useContext(IsAdmin);
  const pathname = usePathname();
  return (
    <nav aria-label="Settings" className="border-b border-border">
      <ul className="-mb-px flex flex-wrap gap-x-4 sm:gap-x-6">
        {SECTIONS.filter(({ adminOnly }) => admin || !adminOnly).map(({ label, href, also }) => {
          const here = pathname === href || (href !== '/settings' && isCurrent(href, pathname));
          const current = here || (also !== undefined && isCurrent(also, pathname));
          return (
            <li key={href}>
              <Link
                href={href}
                aria-current={current ? 'page' : undefined}
                className={classNames(
                  'inline-flex h-control items-center border-b-2 text-13 whitespace-nowrap hover:text-text',
                  current ? 'border-brand font-medium text-text' : 'border-transparent text-text-secondary',
                )}
              >
                {label}
              </Link>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}
