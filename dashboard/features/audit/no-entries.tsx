import { ScrollText, SearchX } from 'lucide-react';
import { ButtonLink } from '@/components/ui/button';
import { Empty } from '@/components/ui/empty';
import { ACTION_WORDS } from './audit-actions';
import type { AuditSearch } from './audit-search';

export function NoEntries({ search: { tenant, actor, action, page } }: { search: AuditSearch }) {
  if (tenant === '' && actor === '' && action === '' && page === 1) {
    return (
      <Empty icon={ScrollText} title="Nothing has been changed yet">
        Each change of a quota and each cleared cache appears here, with who, when and why.
      </Empty>
    );
  }
  const filters = [tenant && `tenant “${tenant}”`, action && `“${ACTION_WORDS[action]}”`, actor && `actor ${actor}`]
    .filter(Boolean)
    .join(' and ');
  return (
    <Empty
      icon={SearchX}
      title={filters ? `No entry matches ${filters}` : 'This page is beyond the last one'}
      actions={
        <ButtonLink size="small" href="/audit">
          Show all entries
        </ButtonLink>
      }
    />
  );
}
