'use client';

import { Eraser } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import type { ChangeResult } from '@/data/change';
import type { Invalidated, Invalidation } from '@/data/shared-schema';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { useChange } from '@/features/change/use-change';

export type InvalidateAction = (dataset: string, body: Invalidation) => Promise<ChangeResult<Invalidated>>;
export type What = { readonly groups: [string] } | { readonly prefix: string } | { readonly all: true };

interface InvalidateButtonProps {
  readonly dataset: string;
  readonly what: What;
  readonly invalidate: InvalidateAction;
  /** Bytes and entries of the dataset are named where they are known. */
  readonly entries?: number | null;
  /** Only the icon, for rows of a table. */
  readonly icon?: boolean;
}

/** Removes values of a dataset in every process, for all tenants, after a reason was given. */
export function InvalidateButton({ dataset, what, invalidate, entries = null, icon = false }: InvalidateButtonProps) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const { pending, errors, refusal, run, forget } = useChange(
    invalidate,
    (done) => {
      setOpen(false);
      toast.success(`${capital(namedAs(dataset, what))} ${'all' in what ? 'was' : 'were'} invalidated`, {
        description: done.pending
          ? 'Redis did not answer: the process that was asked says it again as soon as it does.'
          : 'In every process and for all tenants. The next read of each loads it anew.',
      });
      router.refresh();
    },
    ['reason'],
  );
  const close = () => {
    setOpen(false);
    forget();
  };
  const action = actionOf(what);
  return (
    <>
      {icon ? (
        <Button variant="quiet" size="small-icon" aria-label={action} title={action} onClick={() => setOpen(true)}>
          <Eraser aria-hidden size={14} strokeWidth={1.75} />
        </Button>
      ) : (
        <Button onClick={() => setOpen(true)}>{action}</Button>
      )}
      <ConfirmDialog
        open={open}
        onClose={close}
        title={action}
        lead={`${capital(namedAs(dataset, what))}${'all' in what && entries !== null ? `, ${entries.toLocaleString('en-US')} entries,` : ''} will be gone in every process, for all tenants. The next read of each value costs a call.`}
        action="Invalidate"
        danger
        reason={{ hint: 'The audit log keeps it.' }}
        pending={pending}
        errors={errors}
        refusal={refusal}
        onConfirm={(reason) => run(dataset, { ...what, reason })}
      />
    </>
  );
}

function actionOf(what: What): string {
  if ('groups' in what) return `Invalidate ${what.groups[0]}`;
  return 'prefix' in what ? `Invalidate all of ${what.prefix}…` : 'Invalidate everything';
}

function namedAs(dataset: string, what: What): string {
  if ('groups' in what) return `all values of ${what.groups[0]}`;
  return 'prefix' in what ? `all groups that begin with ${what.prefix}` : `everything in ${dataset}`;
}

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);
