import { KeyRound } from 'lucide-react';
import type { Metadata } from 'next';
import { Note } from '@/components/ui/note';
import { PageHead, PageLead, SectionHead } from '@/components/ui/page-head';
import { day } from '@/components/ui/times';
import { ownSessions } from '@/data/own-sessions';
import { HOME, ROLE_NAMES, requireAccount } from '@/data/viewer';
import { sessionsHeading } from '@/features/account/account-words';
import { PasswordForm } from '@/features/account/password-form';
import { SessionsView } from '@/features/account/sessions-view';
import { PageFrame } from '@/features/navigation/page-frame';
import { endOtherSessions, endOwnSession, savePassword } from './actions';

export const metadata: Metadata = { title: 'Your account' };

export default async function AccountPage() {
  const account = await requireAccount();
  const { viewer, email, name, passwordEndsAt, hasPassword } = account;
  if (passwordEndsAt) {
    return (
      <>
        <div>
          <h1>Choose your password</h1>
          <p className="mt-1 text-text-secondary">
            You signed in as {email} with a password that an admin passed on. It ends on {day(passwordEndsAt)}.
          </p>
        </div>
        <PasswordForm save={savePassword} email={email} leadTo={HOME[viewer.area]} />
      </>
    );
  }
  const { items, total } = await ownSessions(account);
  const of = viewer.area === 'tenant' ? ` of ${viewer.tenantId}` : '';
  return (
    <PageFrame crumbs={[{ label: 'Your account' }]}>
      <PageHead title={sessionsHeading(total)}>
        <PageLead>
          {name}, {email}: {ROLE_NAMES[viewer.role]}
          {of}
        </PageLead>
      </PageHead>
      <SessionsView sessions={items} total={total} end={endOwnSession} endOthers={endOtherSessions} />
      <section>
        <SectionHead title="Password">{hasPassword && 'Changing it ends all your other sessions.'}</SectionHead>
        {hasPassword ? (
          <div className="w-[min(400px,100%)]">
            <PasswordForm save={savePassword} email={email} leadTo={undefined} />
          </div>
        ) : (
          <Note icon={KeyRound} title="You sign in with your company account">
            It has no password here. Your company changes it, and says which role you have.
          </Note>
        )}
      </section>
    </PageFrame>
  );
}
