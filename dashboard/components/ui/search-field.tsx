'use client';

import { Search } from 'lucide-react';
import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { useTransition } from 'react';
import { Input } from './field';

const DEBOUNCE_MS = 250;

interface SearchFieldProps {
  /** Name of the parameter in the URL; the list goes back to its beginning with each change. */
  name: string;
  label: string;
  placeholder: string;
  /** Name of the parameter that says where one is in the list. */
  position?: string;
}

/** Searches on the server while one types. */
export function SearchField({ name, label, placeholder, position = 'page' }: SearchFieldProps) {
  const [pending, startTransition] = useTransition();
  const [values, setValues] = useQueryStates(
    { [name]: parseAsString.withDefault(''), [position]: parseAsInteger },
    { shallow: false, startTransition, limitUrlUpdates: { method: 'debounce', timeMs: DEBOUNCE_MS } },
  );
  const value = values[name];
  return (
    <div className="relative w-full sm:w-auto" aria-busy={pending}>
      <Search
        aria-hidden
        size={14}
        strokeWidth={1.75}
        className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-text-muted"
      />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={typeof value === 'string' ? value : ''}
        onChange={(event) => void setValues({ [name]: event.target.value || null, [position]: null })}
        className="w-full pl-8! sm:w-[260px]"
      />
    </div>
  );
}
