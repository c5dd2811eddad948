'use client';

import { Eye } from 'lucide-react';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import type { ChangeResult } from '@/data/change';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';

interface ViewAsButtonProps {
  readonly name: string;
  readonly start: (reason: string) => Promise<ChangeResult>;
}

/** Asks for a reason, then shows the tenant's own pages. */
export function ViewAsButton({ name, start }: ViewAsButtonProps) {
  const [open, setOpen] = useState(false);
  // Every page of the fleet that the browser keeps is another's now: a new document forgets them.
  const { pending, errors, refusal, run } = useChange(start, () => window.location.assign('/usage'), ['reason']);
  return (
    <>
      <Button onClick={() => setOpen(true)} className="max-sm:flex-1">
        <Eye aria-hidden size={16} strokeWidth={1.75} />
        View as tenant
      </Button>
      <ConfirmDialog
        open={open}
        onClose={() => setOpen(false)}
        title={`View as ${name}?`}
        lead="You see its own pages as one of its viewers does, for 30 minutes. You can change nothing, and the fleet’s pages are closed until you end it."
        action="View as tenant"
        reason={{ hint: 'Required. The audit log shows it, with your name' }}
        pending={pending}
        refusal={refusal}
        errors={errors}
        onConfirm={run}
      />
    </>
  );
}
