'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { Select } from '@/components/ui/field';

/** One actor or all of them, in the URL. */
export function ActorFilter({ actors }: { actors: readonly string[] }) {
  const [{ actor }, set] = useQueryStates(
    { actor: parseAsString.withDefault(''), page: parseAsInteger },
    { shallow: false },
  );
  const known = actor === '' || actors.includes(actor) ? actors : [actor, ...actors];
  return (
    <Select
      aria-label="Actor"
      value={actor}
      onChange={(event) => void set({ actor: event.target.value || null, page: null })}
      className="max-sm:flex-1"
    >
      <option value="">Any actor</option>
      {known.map((name) => (
        <option key={name}>{name}</option>
      ))}
    </Select>
  );
}
