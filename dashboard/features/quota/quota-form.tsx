'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { type FormEvent, type ReactNode, useRef } from 'react';
import { count, limitMib, mib } from '@/components/ui/figures';
import { Note } from '@/components/ui/note';
import type { QuotaPreview } from '@/data/quota';
import type { Quota } from '@/data/quota-schema';
import { focusFirstInvalid } from '@/features/change/first-invalid';
import { ConflictNote } from './conflict-note';
import { EnforcementField } from './enforcement-field';
import { MbField } from './mb-field';
import { PolicyField } from './policy-field';
import { PreviewBlock } from './preview-block';
import { overageOf } from './quota-entries';
import { ReasonField } from './reason-field';
import { SaveBar } from './save-bar';
import { offerUndo, type UndoQuota } from './undo-toast';
import { type SaveQuota, useQuotaForm } from './use-quota-form';

interface QuotaFormProps {
  tenantName: string;
  quota: Quota;
  /** Why this form cannot be used by this viewer or now; undefined where it can. */
  closed: ReactNode | undefined;
  save: SaveQuota;
  undo: UndoQuota;
  /** What the quota field starts with, in place of the present quota. */
  suggestedMb?: number | undefined;
  /** Classes of the scrolling part and of the bar with the buttons, which a sheet and a page lay out differently. */
  layout: 'sheet' | 'page';
}

export function QuotaForm({ tenantName, quota, closed, save, undo, suggestedMb, layout }: QuotaFormProps) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const back = `/tenants/${quota.tenantId}`;
  const state = useQuotaForm({
    quota,
    suggestedMb,
    save,
    onSaved(preview, saved) {
      offerUndo({ tenantName, quota: saved, description: savedWords(preview), undo, router });
      router.push(back);
      router.refresh();
    },
  });
  const { present, entries, errors, conflict, refusal, enter } = state;
  const disabled = closed !== undefined;

  function submit(event: FormEvent) {
    event.preventDefault();
    state.submit();
    focusFirstInvalid(form.current);
  }

  const sheet = layout === 'sheet';
  return (
    <form ref={form} noValidate onSubmit={submit} className={sheet ? 'flex min-h-0 flex-1 flex-col' : 'grid gap-6'}>
      <div
        className={
          sheet ? 'grid flex-1 auto-rows-max content-start gap-6 overflow-auto px-4 py-5 sm:px-6' : 'grid gap-6'
        }
      >
        {closed}
        {conflict && <ConflictNote conflict={conflict} onKeep={state.keepEntries} onDiscard={state.discardEntries} />}
        {refusal && <Note icon={CircleX} tone="critical" title={refusal} />}
        <div className="grid grid-cols-2 gap-4 sm:grid-cols-[170px_170px] sm:gap-6">
          <MbField
            id="quota"
            label="Quota"
            hint={`Now ${limitMib(present.quotaBytes)}`}
            value={entries.quotaMb}
            error={errors.quotaMb}
            disabled={disabled}
            onChange={(quotaMb) => enter({ quotaMb })}
          />
          <MbField
            id="overage"
            label="Overage limit"
            hint={`Now ${overageOf(present) === 0 ? 'none' : `${count(overageOf(present))}\u00a0MiB`}; 0 means none`}
            value={entries.overageMb}
            error={errors.overageMb}
            disabled={disabled}
            onChange={(overageMb) => enter({ overageMb })}
          />
        </div>
        <PreviewBlock state={state.preview} />
        <PolicyField
          value={entries.policy}
          present={present.policy}
          disabled={disabled}
          onChange={(policy) => enter({ policy })}
        />
        <EnforcementField
          value={entries.enforcement}
          disabled={disabled}
          onChange={(enforcement) => enter({ enforcement })}
        />
        <ReasonField
          value={entries.reason}
          error={errors.reason}
          disabled={disabled}
          onChange={(reason) => enter({ reason })}
        />
      </div>
      <SaveBar tenantName={tenantName} state={state} disabled={disabled} back={back} sheet={sheet} />
    </form>
  );
}

function savedWords(preview: QuotaPreview | undefined): string {
  if (!preview) return 'It is in force now.';
  const limit = `The limit in force is ${limitMib(preview.after.hardLimitBytes)}`;
  return preview.evictBytes > 0 ? `${limit}; ${mib(preview.evictBytes)} are being evicted.` : `${limit}.`;
}
