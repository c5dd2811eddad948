'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsStringLiteral } from 'nuqs/server';
import { count } from '@/components/ui/figures';
import { Segmented } from '@/components/ui/segmented';
import { TENANT_STATES, type TenantState } from '@/data/tenant-states';
import type { StateCounts } from './fleet-heading';

const NAMES: Readonly<Record<TenantState, string>> = {
  critical: 'Critical',
  exceeded: 'Exceeded',
  warning: 'Warning',
  ok: 'OK',
  unknown: 'Unknown',
};
const ALL = 'all';

/** One state or all of them, in the URL, with how many tenants are in each by the last flush. */
export function StateFilter({ fleet }: { fleet: StateCounts }) {
  const [{ state }, set] = useQueryStates(
    { state: parseAsStringLiteral(TENANT_STATES), page: parseAsInteger },
    { shallow: false, history: 'push' },
  );
  const ok = fleet.tenants - fleet.critical - fleet.exceeded - fleet.warning - fleet.unknown;
  const counts: Readonly<Record<TenantState, number>> = { ...fleet, ok };
  const states = TENANT_STATES.filter((name) => name !== 'unknown' || counts.unknown > 0 || state === 'unknown');
  return (
    <span className="max-w-full overflow-x-auto">
      <Segmented<TenantState | typeof ALL>
        label="State"
        segments={[
          { value: ALL, label: `All ${count(fleet.tenants)}` },
          ...states.map((name) => ({ value: name, label: `${NAMES[name]} ${count(counts[name])}` })),
        ]}
        value={state ?? ALL}
        onChange={(next) => void set({ state: next === ALL ? null : next, page: null })}
      />
    </span>
  );
}
