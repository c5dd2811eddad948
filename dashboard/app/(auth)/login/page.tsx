import { CircleX } from 'lucide-react';
import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import { Logo } from '@/components/ui/logo';
import { Note } from '@/components/ui/note';
import { companyAccountsOn } from '@/data/oidc';
import { SESSION_HOURS } from '@/data/session-cookie';
import { currentAccount, HOME } from '@/data/viewer';
import { SignInForm } from '@/features/auth/sign-in-form';
import { companyRefusal, innerPath } from '@/features/auth/sign-in-messages';
import { ThemeSwitch } from '@/features/navigation/theme-switch';
import { submitSignIn } from './actions';

export const metadata: Metadata = { title: 'Sign in' };

export default async function SignInPage({ searchParams }: PageProps<'/login'>) {
  const account = await currentAccount();
  if (account) redirect(account.passwordEndsAt ? '/account' : HOME[account.viewer.area]);
  const { next: wanted, company } = await searchParams;
  const next = innerPath(typeof wanted === 'string' ? wanted : undefined);
  const refusal = companyRefusal(company);
  const site = (await headers()).get('host') ?? 'this dashboard';
  return (
    <div className="grid min-h-screen grid-rows-[auto_1fr_auto] px-gutter py-6">
      <header className="flex items-center justify-between">
        <span className="flex items-center gap-[9px] px-2 text-14 font-semibold tracking-[-0.015em]">
          <Logo />
        </span>
        <ThemeSwitch />
      </header>
      <main id="main" className="contents">
        <SignInForm
          action={submitSignIn}
          next={next}
          site={site}
          companyHref={
            companyAccountsOn() ? `/auth/oidc/start${next ? `?next=${encodeURIComponent(next)}` : ''}` : undefined
          }
          notice={refusal && <Note icon={CircleX} tone="critical" title={refusal} />}
        />
      </main>
      <footer className="text-center text-12 text-text-muted">You are signed out after {SESSION_HOURS} hours.</footer>
    </div>
  );
}
