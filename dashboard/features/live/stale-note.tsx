'use client';

import { History } from 'lucide-react';
import { Note } from '@/components/ui/note';
import { useLiveStatus } from './live';

const TROUBLE: Readonly<Record<string, string>> = {
  unreachable: 'Prometheus does not answer.',
  slow: 'Prometheus takes longer than 2 seconds.',
  refused: 'Prometheus refuses the queries.',
};

/** Says once for the whole page that the second source is in use; goes by itself. */
export function StaleNote() {
  const { stale, lost } = useLiveStatus();
  if (lost) {
    return (
      <Note icon={History} tone="warn" title="The last refresh failed">
        The figures are those of the time above. The next attempt follows by itself.
      </Note>
    );
  }
  if (!stale || stale.kind === 'prometheus') return null;
  const why = TROUBLE[stale.reason] ?? '';
  return stale.kind === 'postgres' ? (
    <Note icon={History} tone="warn" title={`${why} Charts show the history in Postgres`}>
      Traffic goes on; its picture is coarser and lags by one flush. It turns back by itself.
    </Note>
  ) : (
    <Note icon={History} tone="warn" title={why}>
      Traffic goes on; only its picture is missing, and Postgres holds no samples of this range.
    </Note>
  );
}
