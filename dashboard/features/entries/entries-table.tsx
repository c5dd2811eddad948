'use client';

import { Cell, ColumnHead, Row, RowHead, Table } from '@/components/ui/table';
import { clock, day } from '@/components/ui/times';
import type { EntryName, ListedEntry } from '@/data/entries-schema';
import { bytesText, lifeText } from './entries-words';

interface EntriesTableProps {
  readonly entries: readonly ListedEntry[];
  /** Undefined for readers who take nothing away. */
  readonly selection:
    | { readonly chosen: ReadonlySet<string>; readonly onChange: (chosen: ReadonlySet<string>) => void }
    | undefined;
  readonly onOpen: (entry: EntryName) => void;
}

/** One name for a resource and a key; a resource holds no colon. */
export function nameOf({ resource, key }: EntryName): string {
  return `${resource}:${key}`;
}

export function EntriesTable({ entries, selection, onOpen }: EntriesTableProps) {
  const all = selection !== undefined && entries.every((entry) => selection.chosen.has(nameOf(entry)));
  const choose = (names: readonly string[], chosen: boolean) => {
    const next = new Set(selection?.chosen);
    for (const name of names) {
      if (chosen) next.add(name);
      else next.delete(name);
    }
    selection?.onChange(next);
  };
  return (
    <Table caption="Entries, in no order">
      <thead>
        <tr>
          {selection && (
            <ColumnHead className="w-8">
              <input
                type="checkbox"
                aria-label="Select all entries of this page"
                checked={all}
                onChange={(event) => choose(entries.map(nameOf), event.target.checked)}
                className="block size-4"
              />
            </ColumnHead>
          )}
          <ColumnHead>Key</ColumnHead>
          <ColumnHead className="max-sm:hidden">Resource</ColumnHead>
          <ColumnHead figure>Size</ColumnHead>
          <ColumnHead figure className="max-sm:hidden">
            Time left
          </ColumnHead>
          <ColumnHead figure className="max-lg:hidden">
            Stored at, UTC
          </ColumnHead>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => {
          const { resource, key, sizeBytes, ttlMs, createdAt } = entry;
          const name = nameOf(entry);
          return (
            <Row key={name}>
              {selection && (
                <Cell>
                  <input
                    type="checkbox"
                    aria-label={`Select ${resource} ${key}`}
                    checked={selection.chosen.has(name)}
                    onChange={(event) => choose([name], event.target.checked)}
                    className="block size-4"
                  />
                </Cell>
              )}
              <RowHead className="min-w-0">
                <button
                  type="button"
                  onClick={() => onOpen({ resource, key })}
                  className="text-left font-mono text-12 [overflow-wrap:anywhere] hover:underline hover:underline-offset-3"
                >
                  {key}
                </button>
                <span className="block text-12 text-text-muted sm:hidden">
                  {resource}, {lifeText(ttlMs)} left
                </span>
              </RowHead>
              <Cell className="max-sm:hidden">
                <code className="text-12">{resource}</code>
              </Cell>
              <Cell figure>{bytesText(sizeBytes)}</Cell>
              <Cell figure className="max-sm:hidden">
                {lifeText(ttlMs)}
              </Cell>
              <Cell figure className="max-lg:hidden">
                <time dateTime={createdAt}>
                  {day(createdAt)}, {clock(createdAt)}
                </time>
              </Cell>
            </Row>
          );
        })}
      </tbody>
    </Table>
  );
}
