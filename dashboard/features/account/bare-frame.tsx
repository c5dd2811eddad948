import type { ReactNode } from 'react';
import { Button } from '@/components/ui/button';
import { Logo } from '@/components/ui/logo';
import { ThemeSwitch } from '@/features/navigation/theme-switch';

/** The frame of the one page that is open before a password is chosen: no way anywhere else but out. */
export function BareFrame({ signOut, children }: { signOut: () => Promise<void>; children: ReactNode }) {
  return (
    <div className="grid min-h-screen grid-rows-[auto_1fr] px-gutter py-6">
      <header className="flex flex-wrap items-center justify-between gap-3">
        <span className="flex items-center gap-[9px] text-14 font-semibold tracking-[-0.015em]">
          <Logo />
        </span>
        <span className="flex items-center gap-3">
          <ThemeSwitch />
          <form action={signOut}>
            <Button type="submit" size="small">
              Sign out
            </Button>
          </form>
        </span>
      </header>
      <main id="main" className="grid w-[min(400px,100%)] content-center gap-6 justify-self-center py-8">
        {children}
      </main>
    </div>
  );
}
