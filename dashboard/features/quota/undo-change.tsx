'use client';

import { Undo2 } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { parseAsInteger, useQueryState } from 'nuqs';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { mib } from '@/components/ui/figures';
import type { QuotaPreview } from '@/data/quota';
import { ConfirmDialog } from '@/features/change/confirm-dialog';
import { PreviewMeter } from './preview-meter';
import { previewHeading, previewSentence } from './quota-words';
import { lost, sayUndone, type UndoQuota } from './undo-toast';

interface UndoChangeProps {
  readonly tenantId: string;
  readonly tenantName: string;
  /** Of the quota that the change made. */
  readonly version: number;
  readonly undo: UndoQuota;
}

/** Takes the newest change back; asks first where that evicts entries or refuses writes. */
export function UndoChange({ tenantId, tenantName, version, undo }: UndoChangeProps) {
  const router = useRouter();
  const [asked, setAsked] = useQueryState('undo', parseAsInteger);
  const [preview, setPreview] = useState<QuotaPreview>();
  const [refusal, setRefusal] = useState<string>();
  const [pending, setPending] = useState(false);
  const started = useRef(false);

  const close = () => {
    setPreview(undefined);
    setRefusal(undefined);
    if (asked !== null) void setAsked(null);
  };

  const run = async (confirmed: boolean) => {
    if (pending) return;
    setRefusal(undefined);
    setPending(true);
    const result = await undo(tenantId, version, confirmed).catch(lost);
    setPending(false);
    if (result.outcome === 'refused') return setRefusal(result.message);
    if (result.outcome === 'asks') return setPreview(result.preview);
    close();
    sayUndone(tenantName, result.quota, router);
  };

  useEffect(() => {
    if (asked !== version || started.current) return;
    started.current = true;
    void run(false);
  });

  return (
    <span className="inline-flex flex-wrap items-center gap-2">
      <Button size="small" aria-disabled={pending} onClick={() => void run(false)}>
        <Undo2 aria-hidden size={14} strokeWidth={1.75} />
        Undo
      </Button>
      <span role="status" className="text-12 text-critical empty:hidden">
        {preview === undefined && refusal}
      </span>
      {preview && (
        <ConfirmDialog
          open
          onClose={close}
          title={previewHeading(preview, 'Going back')}
          lead={previewSentence(preview)}
          action={preview.evictBytes > 0 ? `Undo, evict ${mib(preview.evictBytes)}` : 'Undo, refuse writes'}
          danger
          pending={pending}
          refusal={refusal}
          onConfirm={() => void run(true)}
        >
          <PreviewMeter preview={preview} />
        </ConfirmDialog>
      )}
    </span>
  );
}
