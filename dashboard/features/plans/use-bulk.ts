'use client';

import { useEffect, useRef, useState } from 'react';
import type { ChangeResult } from '@/data/change';
import type { ChangedPage, PlanPreview } from '@/data/plan-schema';
import type { QuotaChange } from '@/data/quota-schema';
import type { QuotaErrors } from '@/features/quota/quota-entries';
import { type PreviewState, usePreview } from '@/features/quota/use-preview';
import { type BulkEntries, bulkChangeOf, bulkErrorsOf, NO_ENTRIES } from './bulk-entries';
import { type BulkRun, NOT_BEGUN, runBulk } from './bulk-run';
import { bulkMustConfirm } from './bulk-words';

export type ChangePage = (
  plan: string,
  change: QuotaChange & { reason: string },
  after: string | null,
) => Promise<ChangeResult<ChangedPage>>;

export interface Bulk {
  readonly entries: BulkEntries;
  readonly errors: QuotaErrors;
  readonly preview: PreviewState<PlanPreview>;
  readonly known: PlanPreview | undefined;
  readonly changed: boolean;
  readonly asks: boolean;
  readonly refusal: string | undefined;
  /** Undefined before it was begun. */
  readonly run: BulkRun | undefined;
  /** Tenants of the plan when it was begun. */
  readonly tenants: number;
  readonly enter: (part: Partial<BulkEntries>) => void;
  readonly submit: () => void;
  readonly goOn: () => void;
  readonly stop: () => void;
  readonly again: () => void;
}

/** Entries, preview and application of one change to all tenants of a plan. */
export function useBulk(plan: string, tenantsNow: number, changePage: ChangePage, onDone: () => void): Bulk {
  const [entries, setEntries] = useState(NO_ENTRIES);
  const [errors, setErrors] = useState<QuotaErrors>({});
  const [refusal, setRefusal] = useState<string>();
  const [run, setRun] = useState<BulkRun>();
  const [tenants, setTenants] = useState(tenantsNow);
  const [turn, setTurn] = useState(0);
  const stopping = useRef(false);

  const change = bulkChangeOf(entries);
  const preview = usePreview<PlanPreview>(`/api/plans/${encodeURIComponent(plan)}/preview`, change, turn);
  const known = preview.kind === 'known' ? preview.preview : undefined;
  const asks = change !== undefined && preview.kind !== 'waiting' && bulkMustConfirm(known);

  useEffect(
    () => () => {
      stopping.current = true;
    },
    [],
  );

  const go = async (from: BulkRun) => {
    if (change === undefined) return;
    stopping.current = false;
    const body = { ...change, reason: entries.reason.trim() };
    const end = await runBulk(from, {
      change: (after) => changePage(plan, body, after ?? null),
      onStep: setRun,
      stopped: () => stopping.current,
    });
    if (end.state === 'done') onDone();
  };

  return {
    entries,
    errors,
    preview,
    known,
    changed: change !== undefined,
    asks,
    refusal,
    run,
    tenants,
    enter(part) {
      const next = { ...entries, confirmed: 'reason' in part ? entries.confirmed : false, ...part };
      setEntries(next);
      setRefusal(undefined);
      const now = bulkErrorsOf(next, asks);
      const fields = Object.keys(errors) as (keyof QuotaErrors)[];
      setErrors(Object.fromEntries(fields.flatMap((field) => (now[field] ? [[field, now[field]]] : []))));
    },
    submit() {
      const found = bulkErrorsOf(entries, asks);
      setErrors(found);
      setRefusal(undefined);
      if (Object.keys(found).length > 0) return;
      if (change === undefined) return setRefusal('Fill in what is to be different for all tenants of this plan.');
      if (preview.kind === 'waiting') return setRefusal('What this does is still being counted. Apply it in a moment.');
      setTenants(known?.tenants ?? tenantsNow);
      void go(NOT_BEGUN);
    },
    goOn: () => void (run && go(run)),
    stop() {
      stopping.current = true;
    },
    again() {
      setRun(undefined);
      setEntries(NO_ENTRIES);
      setTurn((last) => last + 1);
    },
  };
}
