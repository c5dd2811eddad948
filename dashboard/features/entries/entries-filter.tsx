'use client';

import { useQueryStates } from 'nuqs';
import { useTransition } from 'react';
import { Input, Select } from '@/components/ui/field';
import { ENTRIES_SEARCH } from './entries-search';

const DEBOUNCE_MS = 350;

/** One resource or all, and what its keys begin with, in the URL. Another filter begins at the first page. */
export function EntriesFilter({ resources }: { resources: readonly string[] }) {
  const [pending, startTransition] = useTransition();
  const [{ resource, prefix }, set] = useQueryStates(ENTRIES_SEARCH, { shallow: false, startTransition });
  const names = resource === '' || resources.includes(resource) ? resources : [resource, ...resources];
  return (
    <div className="flex flex-wrap items-center gap-2 max-sm:w-full" aria-busy={pending}>
      <Select
        aria-label="Resource"
        value={resource}
        onChange={(event) => void set({ resource: event.target.value || null, prefix: null, cursor: null })}
        className="max-sm:w-full"
      >
        <option value="">All resources</option>
        {names.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </Select>
      <Input
        type="search"
        aria-label="Keys that begin with"
        placeholder={resource === '' ? 'Choose a resource to filter by key' : 'Key begins with'}
        disabled={resource === ''}
        maxLength={200}
        value={prefix}
        onChange={(event) =>
          void set(
            { prefix: event.target.value || null, cursor: null },
            { limitUrlUpdates: { method: 'debounce', timeMs: DEBOUNCE_MS } },
          )
        }
        className="w-full sm:w-[260px]"
      />
    </div>
  );
}
