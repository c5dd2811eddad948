'use client';

import { useQueryStates } from 'nuqs';
import { useTransition } from 'react';
import { Select } from '@/components/ui/field';
import { SearchField } from '@/components/ui/search-field';
import { Segmented } from '@/components/ui/segmented';
import { ALERT_KINDS, type AlertKind } from '@/data/alert-schema';
import { KIND_WORDS, type Voice } from './alert-words';
import { ALERTS_SEARCH } from './alerts-search';

const STATES = [
  { value: 'open', label: 'Open' },
  { value: 'resolved', label: 'Resolved' },
] as const;

/** State, kind and, for staff, the tenant: all in the URL. */
export function AlertFilters({ voice }: { voice: Voice }) {
  const [pending, startTransition] = useTransition();
  const [{ state, kind }, set] = useQueryStates(ALERTS_SEARCH, { shallow: false, startTransition });
  return (
    <div className="mb-3 flex flex-wrap items-center gap-2" aria-busy={pending}>
      <Segmented
        label="State"
        segments={STATES}
        value={state}
        onChange={(value) => void set({ state: value, page: null })}
      />
      {voice === 'operator' && (
        <SearchField name="tenant" label="Filter by tenant, name or id" placeholder="Tenant, name or id" />
      )}
      <Select
        aria-label="Kind"
        value={kind ?? ''}
        onChange={(event) => void set({ kind: kindOf(event.target.value), page: null })}
        className="max-sm:flex-1"
      >
        <option value="">Any kind</option>
        {ALERT_KINDS.map((one) => (
          <option key={one} value={one}>
            {KIND_WORDS[one][voice]}
          </option>
        ))}
      </Select>
    </div>
  );
}

function kindOf(value: string): AlertKind | null {
  return ALERT_KINDS.find((known) => known === value) ?? null;
}
