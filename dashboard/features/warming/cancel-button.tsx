'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import type { WarmingRun } from '@/data/warming-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import { progressWords } from './progress';
import type { WarmingActions } from './warming-actions';

interface CancelButtonProps extends Pick<WarmingActions, 'cancel'> {
  readonly run: Pick<WarmingRun, 'id' | 'job' | 'total' | 'done' | 'failed' | 'skipped' | 'cancelRequested'>;
  readonly size?: 'normal' | 'small';
}

/** Ends a run under way; what it has loaded stays. */
export function CancelButton({ run: target, cancel, size = 'small' }: CancelButtonProps) {
  const { id, job, cancelRequested } = target;
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { pending, errors, refusal, run, forget } = useChange(cancel, () => {
    setOpen(false);
    toast.success(`${job} is being cancelled`);
    router.refresh();
  }, ['reason']);
  const close = () => {
    setOpen(false);
    forget();
  };
  return (
    <>
      <Button
        size={size}
        aria-label={`Cancel ${job}`}
        aria-disabled={cancelRequested}
        onClick={() => !cancelRequested && setOpen(true)}
      >
        {size === 'small' ? 'Cancel' : 'Cancel this run'}
      </Button>
      <ConfirmDialog
        open={open}
        onClose={close}
        title={`Cancel ${job}`}
        lead={`It is through with ${progressWords(target)}. What it loaded stays; the rest is loaded when somebody asks for it.`}
        action="Cancel the run"
        reason={{ hint: 'The audit log keeps it.' }}
        pending={pending}
        errors={errors}
        refusal={refusal}
        onConfirm={(reason) => run(id, reason)}
      />
    </>
  );
}
