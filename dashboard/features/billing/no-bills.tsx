import { CalendarOff, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { counted } from '@/components/ui/figures';
import { monthName } from '@/data/billing-month';
import { type BillingSearch, billingHref } from './billing-search';

/** Nothing was billed, nobody matches, or the page is beyond the last one: three different nothings. */
export function NoBills({ search, total }: { search: BillingSearch; total: number }) {
  const name = monthName(search.month);
  if (total === 0 && search.search === '') {
    return (
      <Empty icon={CalendarOff} title={`No period ended in ${name}`}>
        A tenant’s period is closed with a statement when it ends, as a rule with the month. The one under way is in the
        present month.
      </Empty>
    );
  }
  return (
    <Empty
      icon={SearchX}
      title={total === 0 ? `No period of ${name} matches “${search.search}”` : 'This page is beyond the last one'}
      actions={
        <ButtonLink size="small" href={billingHref({ ...search, search: total === 0 ? '' : search.search, page: 1 })}>
          {total === 0 ? 'Clear the search' : 'Go to the first page'}
        </ButtonLink>
      }
    >
      {total === 0
        ? 'The search looks into names and ids of tenants, and takes letters large or small.'
        : `${counted(total, 'period')} ${total === 1 ? 'is' : 'are'} on the pages before it.`}
    </Empty>
  );
}
