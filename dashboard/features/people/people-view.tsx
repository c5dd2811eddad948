'use client';

import { SearchX, UserPlus } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type ReactNode, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ExportLink } from '@/components/ui/export-link';
import { counted } from '@/components/ui/figures';
import { PageHead, PageLead } from '@/components/ui/page-head';
import { day } from '@/components/ui/times';
import type { Person } from '@/data/people';
import type { OneTimePassword } from '@/data/people-changes';
import { SecretDialog } from '@/features/change/secret-dialog';
import { InviteDialog } from './invite-dialog';
import type { PeopleActions } from './people-actions';
import { PeopleTable } from './people-table';
import { peopleHeading } from './people-words';
import { type Deed, PersonDialog } from './person-dialog';

interface PeopleViewProps {
  readonly counts: { readonly people: number; readonly staff: number };
  readonly people: readonly Person[];
  /** Nobody changes their own account here. */
  readonly ownEmail: string;
  readonly nowMs: number;
  /** Whether a search or a page narrows what is listed. */
  readonly searched: boolean;
  readonly actions: PeopleActions;
  /** People also sign in by their company. */
  readonly companyAccounts: boolean;
  readonly search: ReactNode;
  readonly pager: ReactNode;
  /** Of all of the search as CSV. */
  readonly csvHref: string;
}

type Open =
  | { readonly dialog: 'invite' }
  | { readonly dialog: 'deed'; readonly deed: Deed; readonly person: Person }
  | { readonly dialog: 'made'; readonly made: OneTimePassword };

/** Everybody who can sign in, and the dialogs that change it. */
export function PeopleView({
  counts,
  companyAccounts,
  people,
  ownEmail,
  nowMs,
  searched,
  actions,
  search,
  pager,
  csvHref,
}: PeopleViewProps) {
  const router = useRouter();
  const [open, setOpen] = useState<Open>();
  const close = () => setOpen(undefined);
  const made = (password: OneTimePassword) => {
    setOpen({ dialog: 'made', made: password });
    router.refresh();
  };
  const done = (words: string) => {
    close();
    toast.success(words);
    router.refresh();
  };
  return (
    <>
      <PageHead
        title={peopleHeading(counts)}
        actions={
          <>
            <ExportLink href={csvHref} />
            <Button variant="primary" className="max-sm:flex-1" onClick={() => setOpen({ dialog: 'invite' })}>
              <UserPlus aria-hidden size={16} strokeWidth={1.75} />
              Add a person
            </Button>
          </>
        }
      >
        {companyAccounts && (
          <PageLead>Company accounts come by themselves, with the role that the company gives them.</PageLead>
        )}
      </PageHead>
      <section aria-label="People">
        <div className="mb-3">{search}</div>
        {people.length === 0 ? (
          <Empty icon={SearchX} title={searched ? 'Nobody matches' : 'Nobody can sign in'} />
        ) : (
          <>
            <PeopleTable
              people={people}
              ownEmail={ownEmail}
              nowMs={nowMs}
              onDeed={(deed, person) => setOpen({ dialog: 'deed', deed, person })}
            />
            {pager}
          </>
        )}
      </section>
      {open?.dialog === 'invite' && <InviteDialog invite={actions.invite} onClose={close} onMade={made} />}
      {open?.dialog === 'made' && (
        <SecretDialog
          title={`Copy the password of ${open.made.email} now`}
          lead={`You will not see it again. It can be used until ${day(open.made.endsAt)}, to choose another one.`}
          secret={open.made.password}
          kind="password"
          testId="one-time-password"
          onClose={close}
        />
      )}
      {open?.dialog === 'deed' && (
        <PersonDialog
          {...{ deed: open.deed, person: open.person, actions }}
          onClose={close}
          onRenewed={made}
          onDone={(sessions) => done(doneWords(open.deed, open.person, sessions))}
        />
      )}
    </>
  );
}

function doneWords(deed: Deed, { email }: Person, sessions: number): string {
  if (deed === 'role') return `Role of ${email} changed`;
  if (deed === 'remove') return `${email} removed`;
  return `${counted(sessions, 'session', 'sessions')} of ${email} ended`;
}
