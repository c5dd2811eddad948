'use client';

import { useState } from 'react';
import { toast } from 'sonner';
import type { ChangeResult } from '@/data/change';
import type { Fleet, FleetChange, FleetSaved } from '@/data/fleet-schema';
import { useChange } from '@/features/change/use-change';

export type SaveFleet = (
  version: number,
  change: FleetChange & { reason: string },
) => Promise<ChangeResult<FleetSaved>>;

export interface FleetConflict extends FleetSaved {
  readonly before: Fleet;
}

/**
 * Saves against the version that was shown when the dialog opened, not against one that was polled beneath it. After a
 * conflict, which is told, the next try is against what was told.
 */
export function useFleetChange<F extends string>(
  opened: Fleet,
  save: SaveFleet,
  onSaved: (fleet: Fleet) => void,
  fields: readonly F[],
) {
  const [base, setBase] = useState(opened);
  const [conflict, setConflict] = useState<FleetConflict>();
  const { pending, errors, refusal, run, forget } = useChange(
    save,
    (saved) => {
      if (saved.kind === 'conflict') {
        setConflict({ ...saved, before: base });
        setBase(saved.fleet);
        return;
      }
      toast.success('Saved', { description: 'It reaches every process within a second.' });
      onSaved(saved.fleet);
    },
    fields,
  );
  return {
    base,
    conflict,
    pending,
    errors,
    refusal,
    forget,
    submit(change: FleetChange & { reason: string }) {
      setConflict(undefined);
      run(base.version, change);
    },
  };
}
