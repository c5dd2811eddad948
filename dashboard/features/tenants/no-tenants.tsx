import { Building2, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { counted } from '@/components/ui/figures';

/** Nobody is there, nobody matches, or the page is beyond the last one: three different nothings. */
export function NoTenants({ search, total, fleet }: { search: string; total: number; fleet: number }) {
  if (total > 0) {
    return (
      <Empty
        icon={SearchX}
        title="This page is beyond the last one"
        actions={
          <ButtonLink size="small" href="/tenants">
            Go to the first page
          </ButtonLink>
        }
      >
        {counted(total, 'tenant')} {total === 1 ? 'is' : 'are'} on the pages before it.
      </Empty>
    );
  }
  if (search !== '') {
    return (
      <Empty
        icon={SearchX}
        title={`None of ${counted(fleet, 'tenant')} matches “${search}”`}
        actions={
          <ButtonLink size="small" href="/tenants">
            Clear the search
          </ButtonLink>
        }
      >
        The search looks into names and ids, and takes letters large or small.
      </Empty>
    );
  }
  return (
    <Empty icon={Building2} title="A tenant appears here when it is added to the directory">
      Add it to the table <code>tenants</code> with one of the plans. Requests of unknown tenants use the default plan.
    </Empty>
  );
}
