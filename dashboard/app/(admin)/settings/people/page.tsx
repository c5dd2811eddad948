import type { Metadata } from 'next';
import { notFound } from 'next/navigation';
import { Pager } from '@/components/ui/pager';
import { SearchField } from '@/components/ui/search-field';
import { companyAccountsOn } from '@/data/oidc';
import { accountEvents, countPeople, listPeople } from '@/data/people';
import { requireFleetViewer } from '@/data/viewer';
import { PageFrame } from '@/features/navigation/page-frame';
import { EventsTable } from '@/features/people/events-table';
import { PEOPLE_PAGE_SIZE, peopleHref, peopleSearch } from '@/features/people/people-search';
import { PeopleView } from '@/features/people/people-view';
import { SettingsNav } from '@/features/settings/settings-nav';
import { changePersonRole, endPersonSessions, invitePerson, removeAccount, renewPersonPassword } from './actions';

export const metadata: Metadata = { title: 'People' };

const EVENTS = 20;

export default async function PeoplePage({ searchParams }: PageProps<'/settings/people'>) {
  const viewer = await requireFleetViewer();
  if (viewer.role !== 'admin') notFound();
  const search = await peopleSearch(searchParams);
  const [{ items, total }, counts, events] = await Promise.all([
    listPeople(viewer, { ...search, pageSize: PEOPLE_PAGE_SIZE }),
    countPeople(viewer),
    accountEvents(viewer, EVENTS),
  ]);
  return (
    <PageFrame crumbs={[{ label: 'Settings', href: '/settings' }, { label: 'People' }]}>
      <SettingsNav />
      <PeopleView
        counts={counts}
        companyAccounts={companyAccountsOn()}
        people={items}
        ownEmail={viewer.email}
        nowMs={Date.now()}
        searched={search.search !== '' || search.page > 1}
        csvHref={peopleHref({ ...search, page: 1 }, '/api/people.csv')}
        actions={{
          invite: invitePerson,
          renew: renewPersonPassword,
          changeRole: changePersonRole,
          endSessions: endPersonSessions,
          remove: removeAccount,
        }}
        search={
          <SearchField
            name="search"
            label="Search people by name, e-mail or tenant"
            placeholder="Name, e-mail, tenant"
          />
        }
        pager={
          <Pager
            page={search.page}
            pageSize={PEOPLE_PAGE_SIZE}
            total={total}
            href={(page) => peopleHref({ ...search, page })}
          />
        }
      />
      <EventsTable events={events} limit={EVENTS} />
    </PageFrame>
  );
}
