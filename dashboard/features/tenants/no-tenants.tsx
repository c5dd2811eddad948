import { Building2, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { counted } from '@/components/ui/figures';
import type { TenantState } from '@/data/tenant-states';
import type { TenantsSearch } from './tenants-search';

const STATE_WORDS: Readonly<Record<TenantState, string>> = {
  critical: 'above its limit',
  exceeded: 'above its quota',
  warning: 'close to its quota',
  ok: 'well within its quota',
  unknown: 'without known use',
};

interface NoTenantsProps {
  readonly search: TenantsSearch;
  readonly total: number;
  readonly fleet: number;
}

/** Nobody is there, nobody matches, or the page is beyond the last one: three different nothings. */
export function NoTenants({ search: { search, state, plan }, total, fleet }: NoTenantsProps) {
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
  if (state || plan) {
    return (
      <Empty
        icon={SearchX}
        title={`None of ${counted(fleet, 'tenant')} is ${[state && STATE_WORDS[state], plan && `on the plan ${plan}`].filter(Boolean).join(' and ')}`}
        actions={
          <ButtonLink size="small" href="/tenants">
            Show all tenants
          </ButtonLink>
        }
      >
        States are those of the last flush of usage to Postgres.
      </Empty>
    );
  }
  return (
    <Empty icon={Building2} title="A tenant appears here when it is added to the directory">
      Add it to the table <code>tenants</code> with one of the plans. Requests of unknown tenants use the default plan.
    </Empty>
  );
}
