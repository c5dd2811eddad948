'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { Select } from '@/components/ui/field';

/** One plan or all of them, in the URL. */
export function PlanFilter({ plans }: { plans: readonly string[] }) {
  const [{ plan }, set] = useQueryStates(
    { plan: parseAsString.withDefault(''), page: parseAsInteger },
    { shallow: false, history: 'push' },
  );
  const known = plan === '' || plans.includes(plan) ? plans : [plan, ...plans];
  return (
    <Select
      aria-label="Plan"
      value={plan}
      onChange={(event) => void set({ plan: event.target.value || null, page: null })}
      className="max-sm:flex-1"
    >
      <option value="">Any plan</option>
      {known.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
