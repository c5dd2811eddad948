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
import { type PreviewState, usePreview } from './use-preview';

export type SaveQuota = (
  tenantId: string,
  version: number,
  change: QuotaChange & { reason: string },
) => Promise<SaveResult>;

interface Options {
  quota: Quota;
  save: SaveQuota;
  onSaved: (preview: QuotaPreview | undefined) => void;
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
export function useQuotaForm({ quota, save, onSaved }: Options): QuotaForm {
  const [present, setPresent] = useState(quota);
  const [entries, setEntries] = useState(() => entriesOf(quota));
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
    if (result.outcome === 'saved') onSaved(known);
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
    startTransition(async () =>
      handle(await save(quota.tenantId, present.version, { ...change, reason: entries.reason.trim() })),
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

function stillWrong(shown: QuotaErrors, now: QuotaErrors): QuotaErrors {
  const fields = Object.keys(shown) as (keyof QuotaErrors)[];
  return Object.fromEntries(fields.flatMap((field) => (now[field] ? [[field, now[field]]] : [])));
}
