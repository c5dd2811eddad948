'use client';

import { useQueryStates } from 'nuqs';
import { useTransition } from 'react';
import { Segmented } from '@/components/ui/segmented';
import { DELIVERIES_SEARCH } from './deliveries-search';

const STATES = [
  { value: 'all', label: 'All' },
  { value: 'pending', label: 'Waiting' },
  { value: 'delivered', label: 'Arrived' },
  { value: 'gave-up', label: 'Given up' },
] as const;

/** State of the deliveries that are shown, in the URL. */
export function DeliveryFilter() {
  const [pending, startTransition] = useTransition();
  const [{ state }, set] = useQueryStates(DELIVERIES_SEARCH, { shallow: false, startTransition });
  return (
    <div className="mb-3" aria-busy={pending}>
      <Segmented
        label="Deliveries"
        segments={STATES}
        value={state ?? 'all'}
        onChange={(value) => void set({ state: value === 'all' ? null : value, page: null })}
      />
    </div>
  );
}
