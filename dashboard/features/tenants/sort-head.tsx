import { ArrowDown, ArrowUp, ChevronsUpDown } from 'lucide-react';
import Link from 'next/link';
import { ColumnHead } from '@/components/ui/table';
import type { TenantSort } from '@/data/tenant-states';
import { sortedBy, type TenantsSearch } from './tenants-search';

interface SortHeadProps {
  label: string;
  by: TenantSort;
  search: TenantsSearch;
  href: (search: TenantsSearch) => string;
  figure?: boolean;
  className?: string;
}

/** Column head that sorts on the server; the arrow shows the direction, `aria-sort` says it. */
export function SortHead({ label, by, search, href, figure = false, className }: SortHeadProps) {
  const sorted = search.sort === by;
  const Arrow = search.order === 'asc' ? ArrowUp : ArrowDown;
  return (
    <ColumnHead
      figure={figure}
      className={className}
      {...(sorted ? { 'aria-sort': search.order === 'asc' ? 'ascending' : 'descending' } : {})}
    >
      <Link
        href={href(sortedBy(search, by))}
        scroll={false}
        className={`group relative inline-flex items-center gap-[3px] hover:text-text ${sorted ? 'text-text' : ''}`}
      >
        {label}
        {sorted ? (
          <Arrow aria-hidden size={12} strokeWidth={1.75} />
        ) : (
          <ChevronsUpDown
            aria-hidden
            size={12}
            strokeWidth={1.75}
            className="absolute -right-3.5 opacity-0 group-hover:opacity-100 group-focus-visible:opacity-100"
          />
        )}
      </Link>
    </ColumnHead>
  );
}
