import { Users } from 'lucide-react';
import { Note } from '@/components/ui/note';
import { clock } from '@/components/ui/times';
import { fleetDifferences } from './enforcement-words';
import type { FleetConflict } from './use-fleet-change';

/** Somebody was faster: who, when and what, and that nothing was saved. */
export function FleetConflictNote({ conflict }: { conflict: FleetConflict | undefined }) {
  if (!conflict) return null;
  const { actor, before, fleet } = conflict;
  const differences = fleetDifferences(before, fleet);
  return (
    <Note icon={Users} tone="warn" title={`${actor ?? 'Somebody'} saved a change while this was open`}>
      {clock(fleet.changedAt)} UTC: {differences.length > 0 ? differences.join(', ') : 'saved as it was'}. Nothing of
      yours was saved. Press the button again to change it all the same.
    </Note>
  );
}
