'use client';

import { useEffect, useState, useTransition } from 'react';
import type { QuotaPreview, SaveResult } from '@/data/quota';
import type { Quota, QuotaChange } from '@/data/quota-schema';
import type { Conflict } from './conflict-note';
import {
  changeOf,
  entriesOf,
  errorsOf,
  type QuotaEntries,
  type QuotaErrors,
  rebased,
  serverErrors,
} from './quota-entries';
import { mustConfirm } from './quota-words';
import { expectQuota, forgetQuota, showQuota } from './shown-quota';
import { type PreviewState, usePreview } from './use-preview';

export type SaveQuota = (
  tenantId: string,
  version: number,
  change: QuotaChange & { reason: string },
) => Promise<SaveResult>;

interface Options {
  quota: Quota;
  suggestedMb?: number | undefined;
  save: SaveQuota;
  onSaved: (preview: QuotaPreview | undefined, saved: Quota) => void;
}

export interface QuotaForm {
  present: Quota;
  entries: QuotaEntries;
  errors: QuotaErrors;
  conflict: Conflict | undefined;
  refusal: string | undefined;
  preview: PreviewState;
  /** What the button and the confirmation speak of; undefined while it is not known for the present entries. */
  known: QuotaPreview | undefined;
  changed: boolean;
  /** Saving evicts, refuses writes, or nobody knows what it does. */
  asks: boolean;
  pending: boolean;
  enter: (part: Partial<QuotaEntries>) => void;
  keepEntries: () => void;
  discardEntries: () => void;
  submit: () => void;
}

/** Entries, preview and saving of one quota. Entries survive a conflict; errors go as soon as their field is right. */
export function useQuotaForm({ quota, suggestedMb, save, onSaved }: Options): QuotaForm {
  const [present, setPresent] = useState(quota);
  const [entries, setEntries] = useState(() => startOf(quota, suggestedMb));
  const [errors, setErrors] = useState<QuotaErrors>({});
  const [conflict, setConflict] = useState<Conflict>();
  const [refusal, setRefusal] = useState<string>();
  const [pending, startTransition] = useTransition();
  const [queued, setQueued] = useState(false);

  const change = changeOf(entries, present);
  const changed = change !== undefined && Object.keys(change).length > 0;
  const preview = usePreview(`/api/tenants/${quota.tenantId}/quota/preview`, change, present.version);
  const known = preview.kind === 'known' ? preview.preview : undefined;
  const asks = changed && (known ? mustConfirm(known) : preview.kind === 'failed');

  const handle = (result: SaveResult) => {
    if (result.outcome === 'saved') {
      showQuota(result.quota);
      onSaved(known, result.quota);
    } else forgetQuota(quota.tenantId);
    if (result.outcome === 'invalid') setErrors(serverErrors(result.errors));
    if (result.outcome === 'refused') setRefusal(result.message);
    if (result.outcome === 'conflict') {
      const { actor, at, current } = result;
      setConflict({ actor, at, before: present, current });
      setPresent(current);
      setEntries((now) => rebased(now, present, current));
    }
  };

  const submit = () => {
    if (pending) return;
    const found = errorsOf(entries, asks);
    setErrors(found);
    setRefusal(undefined);
    if (Object.keys(found).length > 0 || change === undefined) return;
    if (!changed) return setRefusal('Nothing differs from the present quota, so there is nothing to save.');
    if (known) expectQuota(known.after);
    startTransition(async () =>
      handle(await save(quota.tenantId, present.version, { ...change, reason: entries.reason.trim() }).catch(lost)),
    );
  };

  const waiting = preview.kind === 'waiting';
  useEffect(() => {
    if (!queued || waiting) return;
    setQueued(false);
    submit();
  });

  return {
    present,
    entries,
    errors,
    conflict,
    refusal,
    preview,
    known,
    changed,
    asks,
    pending,
    enter(part) {
      setQueued(false);
      const next = { ...entries, confirmed: 'reason' in part ? entries.confirmed : false, ...part };
      setEntries(next);
      setErrors((shown) => stillWrong(shown, errorsOf(next, asks)));
    },
    keepEntries: () => setConflict(undefined),
    discardEntries() {
      setConflict(undefined);
      setEntries({ ...entriesOf(present), reason: entries.reason });
      setErrors({});
    },
    submit() {
      // What the change does is not known yet: it is saved, or asked about, as soon as it is.
      if (preview.kind === 'waiting' && change !== undefined) setQueued(true);
      else submit();
    },
  };
}

function startOf(quota: Quota, suggestedMb: number | undefined): QuotaEntries {
  const entries = entriesOf(quota);
  return suggestedMb === undefined ? entries : { ...entries, quotaMb: String(suggestedMb) };
}

function lost(): SaveResult {
  const message = 'The dashboard did not answer, so it is not known whether this was saved. Reload to see.';
  return { outcome: 'refused', message };
}

function stillWrong(shown: QuotaErrors, now: QuotaErrors): QuotaErrors {
  const fields = Object.keys(shown) as (keyof QuotaErrors)[];
  return Object.fromEntries(fields.flatMap((field) => (now[field] ? [[field, now[field]]] : [])));
}
