'use client';

import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';
import type { WarmingActions } from './warming-actions';

/** Begins a run of a job, and goes to where its progress is. */
export function StartButton({ job, start }: { job: string } & Pick<WarmingActions, 'start'>) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { pending, errors, refusal, run, forget } = useChange(
    start,
    ({ id }) => {
      setOpen(false);
      toast.success(`${job} began`);
      router.push(`/warming/${id}`);
    },
    ['reason'],
  );
  const close = () => {
    setOpen(false);
    forget();
  };
  return (
    <>
      <Button size="small" aria-label={`Start ${job}`} onClick={() => setOpen(true)}>
        Start
      </Button>
      <ConfirmDialog
        open={open}
        onClose={close}
        title={`Start ${job}`}
        lead="It loads what is not fresh, at the rate of the job, and evicts nothing of any tenant. What is fresh is skipped."
        action={`Start ${job}`}
        reason={{ hint: 'The audit log keeps it.' }}
        pending={pending}
        errors={errors}
        refusal={refusal}
        onConfirm={(reason) => run(job, reason)}
      />
    </>
  );
}
