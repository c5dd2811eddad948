'use client';

import { LogOut } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { classNames } from '@/components/ui/class-names';
import { Logo } from '@/components/ui/logo';
import { DESTINATIONS, isCurrent } from './destinations';
import { ThemeSwitch } from './theme-switch';

/** Who is signed in, as far as the shell shows it. */
export interface Account {
  area: 'fleet' | 'tenant';
  email: string;
  roleName: string;
  signOut: () => Promise<void>;
}

/** Logo, destinations, theme and account: the same in the side column and in the panel of small screens. */
export function NavigationPanel({ account, onNavigate }: { account: Account; onNavigate?: () => void }) {
  const pathname = usePathname();
  const groups = DESTINATIONS[account.area];
  return (
    <div className="flex min-h-full flex-col gap-4 px-3 py-4 text-13">
      <Link
        href={groups[0]?.destinations[0]?.href ?? '/'}
        className="flex items-center gap-[9px] px-2 py-0.5 text-14 font-semibold tracking-[-0.015em]"
        {...(onNavigate ? { onClick: onNavigate } : {})}
      >
        <Logo />
      </Link>
      <nav aria-label="Main">
        {groups.map((group) => (
          <div key={group.label ?? 'first'}>
            {group.label && <div className="px-2 pt-3 pb-1 text-12 text-text-muted">{group.label}</div>}
            <ul className="grid gap-px">
              {group.destinations.map(({ href, label, Icon }) => {
                const current = isCurrent(href, pathname);
                return (
                  <li key={href}>
                    <Link
                      href={href}
                      aria-current={current ? 'page' : undefined}
                      {...(onNavigate ? { onClick: onNavigate } : {})}
                      className={classNames(
                        'flex h-10 items-center gap-2.5 rounded-2 px-2 transition-colors duration-(--fast) hover:bg-bg-muted hover:text-text lg:h-[30px]',
                        current ? 'bg-bg-muted font-medium text-text' : 'text-text-secondary',
                      )}
                    >
                      <Icon aria-hidden size={16} strokeWidth={1.75} className={current ? 'text-brand' : ''} />
                      {label}
                    </Link>
                  </li>
                );
              })}
            </ul>
          </div>
        ))}
      </nav>
      <div className="mt-auto grid gap-3 px-2">
        <div className="flex items-center justify-between">
          <ThemeSwitch />
          <form action={account.signOut}>
            <Button type="submit" variant="quiet" size="small-icon" aria-label="Sign out" title="Sign out">
              <LogOut aria-hidden size={14} strokeWidth={1.75} />
            </Button>
          </form>
        </div>
        <AccountBlock account={account} />
      </div>
    </div>
  );
}

function AccountBlock({ account: { email, roleName } }: { account: Account }) {
  return (
    <div className="flex min-w-0 items-center gap-2">
      <span
        aria-hidden
        className="grid size-[26px] shrink-0 place-items-center rounded-full bg-brand-bg text-[11px] font-semibold text-brand"
      >
        {email.slice(0, 2).toUpperCase()}
      </span>
      <span className="min-w-0 flex-1">
        <b className="block truncate leading-[1.2] font-medium" title={email}>
          {email}
        </b>
        <small className="text-12 text-text-muted">{roleName}</small>
      </span>
    </div>
  );
}
