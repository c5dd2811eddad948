'use client';

import { createContext, type ReactNode, useContext } from 'react';
import { CommandsProvider } from '@/features/palette/commands';
import { ViewBanner } from '@/features/view-as/view-banner';
import { type Account, NavigationPanel } from './navigation-panel';

const ShellContext = createContext<Account | undefined>(undefined);

/** The frame of every page after sign-in. Pages bring their own bar and main part with `PageFrame`. */
export function Shell({ account, children }: { account: Account; children: ReactNode }) {
  return (
    <ShellContext value={account}>
      <CommandsProvider area={account.area} canEdit={account.canEdit ?? false} viewsAs={account.viewAs !== undefined}>
        <a href="#main" className="absolute top-2 -left-[999px] z-20 bg-bg-raised px-3 py-2 focus:left-2">
          Skip to content
        </a>
        <div className="grid min-h-screen grid-cols-[minmax(0,1fr)] lg:grid-cols-[var(--nav)_minmax(0,1fr)]">
          <aside aria-label="Navigation" className="hidden border-r border-border bg-bg-subtle lg:block print:hidden!">
            <div className="sticky top-0 h-screen overflow-y-auto">
              <NavigationPanel account={account} />
            </div>
          </aside>
          <div>
            {account.viewAs && <ViewBanner view={account.viewAs} />}
            {children}
          </div>
        </div>
      </CommandsProvider>
    </ShellContext>
  );
}

export function useAccount(): Account {
  const account = useContext(ShellContext);
  if (!account) throw new Error('useAccount() is for pages inside <Shell>');
  return account;
}
