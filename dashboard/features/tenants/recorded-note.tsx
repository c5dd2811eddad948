import { Unplug } from 'lucide-react';
import { Note } from '@/components/ui/note';
import { moment } from '@/components/ui/times';

/** Old data says how old it is. */
export function RecordedNote({ why, asOfMs }: { why: string; asOfMs: number | undefined }) {
  return (
    <Note icon={Unplug} tone="warn" title={`${why} Quotas cannot be changed now`}>
      {asOfMs !== undefined
        ? `Use is from Postgres, written by the last flush at ${moment(asOfMs)} UTC. Traffic may go on; only its live figures are missing.`
        : 'Quotas are from Postgres. No use has been written there yet.'}
    </Note>
  );
}
