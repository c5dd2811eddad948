'use client';

import { useRouter } from 'next/navigation';
import { type FormEvent, useRef } from 'react';
import { Button, ButtonLink } from '@/components/ui/button';
import { FieldError } from '@/components/ui/field';
import { count } from '@/components/ui/figures';
import type { Plan } from '@/data/plan-schema';
import { ENFORCEMENTS, POLICIES } from '@/data/quota-schema';
import { focusFirstInvalid } from '@/features/change/first-invalid';
import { ConfirmedField } from '@/features/quota/confirmed-field';
import { MbField } from '@/features/quota/mb-field';
import { ENFORCEMENT_WORDS, POLICY_WORDS } from '@/features/quota/quota-words';
import { ReasonField } from '@/features/quota/reason-field';
import { BulkPreview } from './bulk-preview';
import { BulkProgress } from './bulk-progress';
import { bulkButton, bulkConfirmation } from './bulk-words';
import { planLimits } from './plan-words';
import { SettingSelect } from './setting-select';
import { type ChangePage, useBulk } from './use-bulk';

interface BulkFormProps {
  readonly plan: Plan;
  readonly changePage: ChangePage;
  /** Tenants that one call looks at. */
  readonly pageSize: number;
}

/** Gives all tenants of a plan other settings of their own; what is left empty stays as each has it. */
export function BulkForm({ plan, changePage, pageSize }: BulkFormProps) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const bulk = useBulk(plan.name, plan.tenants, changePage, () => router.refresh());
  const { entries, errors, preview, known, changed, asks, refusal, run, enter } = bulk;
  const disabled = run !== undefined;
  const limits = planLimits(plan);

  function submit(event: FormEvent) {
    event.preventDefault();
    bulk.submit();
    focusFirstInvalid(form.current);
  }

  return (
    <form ref={form} noValidate onSubmit={submit} className="grid gap-6">
      <div className="grid grid-cols-2 gap-4 sm:grid-cols-[170px_170px] sm:gap-6">
        <MbField
          id="quota"
          label="Quota"
          optional
          hint={`Empty: as each has it. The plan: ${limits.quota}`}
          value={entries.quotaMb}
          error={errors.quotaMb}
          disabled={disabled}
          onChange={(quotaMb) => enter({ quotaMb })}
        />
        <MbField
          id="overage"
          label="Overage limit"
          optional
          hint={`Empty: as each has it; 0 means none. The plan: ${limits.overage}`}
          value={entries.overageMb}
          error={errors.overageMb}
          disabled={disabled}
          onChange={(overageMb) => enter({ overageMb })}
        />
      </div>
      <SettingSelect
        id="policy"
        label="When the quota is full"
        settings={POLICIES}
        words={POLICY_WORDS}
        value={entries.policy}
        disabled={disabled}
        onChange={(policy) => enter({ policy })}
      />
      <SettingSelect
        id="enforcement"
        label="Enforcement"
        settings={ENFORCEMENTS}
        words={ENFORCEMENT_WORDS}
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
      {!run && <BulkPreview state={preview} asked={changed} />}
      {asks && !run && (
        <ConfirmedField
          words={bulkConfirmation(known, plan.name)}
          hint="Evicted entries are loaded again on demand. The settings that each tenant has now are in the audit log only."
          checked={entries.confirmed}
          error={errors.confirmed}
          onChange={(confirmed) => enter({ confirmed })}
        />
      )}
      <BulkProgress bulk={bulk} pageSize={pageSize} />
      {!run && (
        <div className="grid gap-3 border-t border-border-strong pt-4">
          <FieldError id="refusal" error={refusal} />
          <div className="flex flex-wrap justify-end gap-2 max-sm:*:flex-1">
            <ButtonLink href="/settings">Cancel</ButtonLink>
            <Button
              type="submit"
              variant={known && known.evictBytes > 0 ? 'danger' : 'primary'}
              aria-disabled={changed && preview.kind === 'waiting'}
            >
              {changed
                ? bulkButton(known)
                : `Apply to ${count(plan.tenants)} ${plan.tenants === 1 ? 'tenant' : 'tenants'}`}
            </Button>
          </div>
        </div>
      )}
    </form>
  );
}
