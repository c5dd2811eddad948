'use client';

import { LogOut } from 'lucide-react';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { Button } from '@/components/ui/button';
import { classNames } from '@/components/ui/class-names';
import { Logo } from '@/components/ui/logo';
import { number } from '@/components/ui/number';
import { HelpButton, JumpButton } from '@/features/palette/openers';
import type { ViewAs } from '@/features/view-as/view-banner';
import { DESTINATIONS, isCurrent } from './destinations';
import { ThemeSwitch } from './theme-switch';

/** Who is signed in, as far as the shell shows it. */
export interface Account {
  area: 'fleet' | 'tenant';
  email: string;
  roleName: string;
  /** Whether the role changes quotas. */
  canEdit?: boolean;
  /** Beside a destination, by its address: what is open there, or how many there are. */
  counts?: Partial<Record<string, Count>>;
  signOut: () => Promise<void>;
  /** Where staff sees a tenant's pages as it does. */
  viewAs?: ViewAs | undefined;
}

export interface Count {
  value: number;
  /** What a screen reader says after the figure, such as “open”. */
  of: string;
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
      <JumpButton area={account.area} {...(onNavigate ? { onOpen: onNavigate } : {})} />
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
                      <CountBeside count={account.counts?.[href]} />
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
          <span className="flex items-center">
            <HelpButton {...(onNavigate ? { onOpen: onNavigate } : {})} />
            <form action={account.signOut}>
              <Button type="submit" variant="quiet" size="small-icon" aria-label="Sign out" title="Sign out">
                <LogOut aria-hidden size={14} strokeWidth={1.75} />
              </Button>
            </form>
          </span>
        </div>
        <AccountBlock account={account} onNavigate={onNavigate} />
      </div>
    </div>
  );
}

/** Only what asks for action, and the size of the fleet. */
function CountBeside({ count }: { count: Count | undefined }) {
  if (!count) return null;
  return (
    <span className="ml-auto text-12 text-text-secondary tabular-nums">
      {number(count.value)}
      <span className="sr-only"> {count.of}</span>
    </span>
  );
}

function AccountBlock({ account: { email, roleName, viewAs }, onNavigate }: AccountBlockProps) {
  const who = (
    <>
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
        <small className="block truncate text-12 text-text-muted">
          {viewAs ? `Views as ${viewAs.tenantName}` : roleName}
        </small>
      </span>
    </>
  );
  // The account is closed while somebody sees pages as somebody else.
  if (viewAs) return <div className="flex min-w-0 items-center gap-2">{who}</div>;
  return (
    <Link
      href="/account"
      aria-label={`Your account, ${email}, ${roleName}`}
      className="-mx-2 flex min-w-0 items-center gap-2 rounded-2 px-2 py-1.5 transition-colors duration-(--fast) hover:bg-bg-muted"
      {...(onNavigate ? { onClick: onNavigate } : {})}
    >
      {who}
    </Link>
  );
}

interface AccountBlockProps {
  account: Account;
  onNavigate: (() => void) | undefined;
}
