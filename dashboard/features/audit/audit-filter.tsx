'use client';

import { useQueryStates } from 'nuqs';
import { parseAsInteger, parseAsString } from 'nuqs/server';
import { Select } from '@/components/ui/field';

interface AuditFilterProps {
  /** What it is in the URL. */
  readonly name: 'actor' | 'action';
  readonly label: string;
  /** What it says while it filters nothing. */
  readonly any: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One of a list, or all of them, in the URL. */
export function AuditFilter({ name, label, any, options }: AuditFilterProps) {
  const [{ [name]: value }, set] = useQueryStates(
    { actor: parseAsString.withDefault(''), action: parseAsString.withDefault(''), page: parseAsInteger },
    { shallow: false },
  );
  const known = value === '' || options.some((option) => option.value === value);
  return (
    <Select
      aria-label={label}
      value={value}
      onChange={(event) => void set({ [name]: event.target.value || null, page: null })}
      className="max-sm:flex-1"
    >
      <option value="">{any}</option>
      {!known && <option>{value}</option>}
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </Select>
  );
}
