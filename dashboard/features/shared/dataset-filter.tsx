'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { Select } from '@/components/ui/field';

/** Whose groups and readers are listed. */
export function DatasetFilter({ datasets, chosen }: { datasets: readonly string[]; chosen: string }) {
  const [, set] = useQueryStates(
    { dataset: parseAsString, page: parseAsInteger, readers: parseAsInteger },
    { shallow: false },
  );
  return (
    <Select
      aria-label="Dataset"
      value={chosen}
      onChange={(event) => void set({ dataset: event.target.value, page: null, readers: null })}
    >
      {datasets.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
