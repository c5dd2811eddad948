'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { Select } from '@/components/ui/field';
import { WARMING_STATES } from '@/data/warming-schema';

const WORDS = { running: 'Running', done: 'Done', cancelled: 'Cancelled', failed: 'Failed' } as const;

/** Which runs: of one job, in one state. */
export function RunFilters({ jobs }: { jobs: readonly string[] }) {
  const [{ job, state }, set] = useQueryStates(
    { job: parseAsString.withDefault(''), state: parseAsString.withDefault(''), page: parseAsInteger },
    { shallow: false },
  );
  const known = job === '' || jobs.includes(job) ? jobs : [job, ...jobs];
  return (
    <div className="flex flex-wrap gap-2 max-sm:w-full max-sm:pt-2">
      <Select
        aria-label="Warm-up"
        value={job}
        onChange={(event) => void set({ job: event.target.value || null, page: null })}
        className="max-sm:flex-1"
      >
        <option value="">Any warm-up</option>
        {known.map((name) => (
          <option key={name}>{name}</option>
        ))}
      </Select>
      <Select
        aria-label="State"
        value={state}
        onChange={(event) => void set({ state: event.target.value || null, page: null })}
        className="max-sm:flex-1"
      >
        <option value="">Any state</option>
        {WARMING_STATES.map((name) => (
          <option key={name} value={name}>
            {WORDS[name]}
          </option>
        ))}
      </Select>
    </div>
  );
}
