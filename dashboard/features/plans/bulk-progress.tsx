'use client';

import { CircleCheck, CircleX, Pause } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { count } from '@/components/ui/figures';
import { Note } from '@/components/ui/note';
import { bulkResult } from './bulk-words';
import type { Bulk } from './use-bulk';

/** How far a bulk change is, and what can be done about it. */
export function BulkProgress({ bulk, pageSize }: { bulk: Bulk; pageSize: number }) {
  const { run, tenants, goOn, stop, again } = bulk;
  if (!run) return null;
  const looked = Math.min(tenants, run.pages * pageSize);
  if (run.state === 'done') {
    return (
      <Note
        icon={CircleCheck}
        title={bulkResult(run, tenants)}
        actions={
          <Button size="small" onClick={again}>
            Change something else
          </Button>
        }
      >
        Each change is in the audit log with the reason. Lower limits are come down to in the background.
      </Note>
    );
  }
  if (run.state === 'running') {
    return (
      <div className="grid gap-2" role="status">
        <p className="text-13 tabular-nums">
          {count(looked)} of {count(tenants)} tenants looked at, {count(run.changed)} changed
        </p>
        <progress className="h-2 w-full accent-brand" aria-label="Tenants looked at" value={looked} max={tenants} />
        <Button size="small" className="justify-self-start" onClick={stop}>
          Stop after these
        </Button>
      </div>
    );
  }
  const failed = run.state === 'failed';
  return (
    <Note
      icon={failed ? CircleX : Pause}
      tone={failed ? 'critical' : 'plain'}
      title={`${failed ? 'It failed' : 'Stopped'} after ${count(looked)} of ${count(tenants)} tenants, ${count(run.changed)} of them changed`}
      actions={
        <>
          <Button size="small" variant="primary" onClick={goOn}>
            Go on from there
          </Button>
          <Button size="small" variant="quiet" onClick={again}>
            Leave it so
          </Button>
        </>
      }
    >
      {run.failure} Those that have the settings already are left alone, so nothing is done twice.
    </Note>
  );
}
