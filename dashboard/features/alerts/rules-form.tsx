'use client';

import { CircleX } from 'lucide-react';
import { useRouter } from 'next/navigation';
import { useRef, useState } from 'react';
import { toast } from 'sonner';
import { Button } from '@/components/ui/button';
import { describedBy, Field } from '@/components/ui/field';
import type { AlertRules, VersionedAlertRules } from '@/data/alert-schema';
import type { ChangeResult } from '@/data/change';
import { focusFirstInvalid, useFirstInvalid } from '@/features/change/first-invalid';
import { useChange } from '@/features/change/use-change';
import { FigureField, RuleGroup } from './rule-fields';
import {
  entriesOf,
  RULES_FIELDS,
  type RulesEntries,
  type RulesErrors,
  type RulesField,
  rulesOf,
} from './rules-entries';

export type SaveRules = (tenantId: string, version: number, rules: AlertRules, reason: string) => Promise<ChangeResult>;

interface RulesFormProps {
  readonly tenantId: string;
  readonly name: string;
  readonly rules: VersionedAlertRules;
  readonly save: SaveRules;
}

const REASON_HINT = 'Required. Shown in the audit log.';
const REASON_MIN = 3;

/** All rules of one tenant, saved together. Keeps what was entered where saving is refused. */
export function RulesForm({ tenantId, name, rules, save }: RulesFormProps) {
  const router = useRouter();
  const [entries, setEntries] = useState(() => entriesOf(rules));
  const [reason, setReason] = useState('');
  const [own, setOwn] = useState<RulesErrors>({});
  const change = useChange(
    save,
    () => {
      toast.success(`Alert rules of ${name} saved`, { description: 'They hold in every process within a minute.' });
      setReason('');
      router.refresh();
    },
    RULES_FIELDS,
  );
  const errors = { ...change.errors, ...own };
  const form = useRef<HTMLFormElement>(null);
  useFirstInvalid(form, change.pending);
  const set = (part: Partial<RulesEntries>) => setEntries((all) => ({ ...all, ...part }));
  const submit = () => {
    const read = rulesOf(entries);
    const wrong: RulesErrors = {
      ...('errors' in read && read.errors),
      ...(reason.trim().length < REASON_MIN && { reason: 'Say why. The audit log keeps it beside the change.' }),
    };
    setOwn(wrong);
    if ('rules' in read && Object.keys(wrong).length === 0) {
      change.run(tenantId, rules.version, read.rules, reason.trim());
    } else focusFirstInvalid(form.current);
  };
  const figure = (id: string, field: RulesField) => ({ id, error: errors[field], disabled: change.pending });
  return (
    <form
      ref={form}
      className="grid max-w-[640px] gap-5"
      onChange={change.forget}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <RuleGroup
        id="quota-on"
        title="The quota fills"
        on={entries.quotaOn}
        disabled={change.pending}
        onSwitch={(quotaOn) => set({ quotaOn })}
      >
        <FigureField
          {...figure('thresholds', 'quota.thresholdsPercent')}
          label="Thresholds"
          unit="%"
          hint="Up to ten, of the quota. Each is an alert of its own."
          value={entries.thresholds}
          onChange={(thresholds) => set({ thresholds })}
        />
      </RuleGroup>
      <RuleGroup
        id="hit-rate-on"
        title="The hit rate falls"
        on={entries.hitRateOn}
        disabled={change.pending}
        onSwitch={(hitRateOn) => set({ hitRateOn })}
      >
        <FigureField
          {...figure('points', 'hitRateDrop.points')}
          label="Falls by more than"
          unit="points"
          hint="The last hour, below the seven UTC days before today."
          value={entries.points}
          onChange={(points) => set({ points })}
        />
        <FigureField
          {...figure('min-requests', 'hitRateDrop.minRequests')}
          label="From so many requests"
          unit="requests"
          hint="In the hour; with fewer it is not judged."
          value={entries.minRequests}
          onChange={(minRequests) => set({ minRequests })}
        />
      </RuleGroup>
      <RuleGroup
        id="rejection-on"
        title="Writes are refused"
        on={entries.rejectionOn}
        disabled={change.pending}
        onSwitch={(rejectionOn) => set({ rejectionOn })}
      >
        <FigureField
          {...figure('percent', 'rejectionRate.percent')}
          label="Refused more than"
          unit="%"
          hint="Of the writes of the last 15 minutes."
          value={entries.percent}
          onChange={(percent) => set({ percent })}
        />
        <FigureField
          {...figure('min-writes', 'rejectionRate.minWrites')}
          label="From so many writes"
          unit="writes"
          hint="In the 15 minutes; with fewer it is not judged."
          value={entries.minWrites}
          onChange={(minWrites) => set({ minWrites })}
        />
      </RuleGroup>
      <div className="border-t border-border pt-4">
        <Field id="reason" label="Reason" hint={REASON_HINT} error={errors.reason}>
          <textarea
            id="reason"
            rows={2}
            maxLength={500}
            value={reason}
            disabled={change.pending}
            aria-invalid={Boolean(errors.reason)}
            aria-describedby={describedBy('reason', REASON_HINT, errors.reason)}
            onChange={(event) => setReason(event.target.value)}
            className="field-focus w-full resize-y rounded-2 border border-border-control bg-bg px-2.5 py-2 text-13 aria-invalid:border-critical disabled:bg-bg-muted disabled:text-text-muted"
          />
        </Field>
      </div>
      <p role="alert" className="flex items-start gap-1.5 text-13 text-critical empty:hidden">
        {change.refusal && (
          <>
            <CircleX aria-hidden size={14} strokeWidth={1.75} className="mt-[3px] shrink-0" />
            <span>{change.refusal}</span>
          </>
        )}
      </p>
      <div className="flex gap-2">
        <Button type="submit" variant="primary" aria-disabled={change.pending}>
          {change.pending ? 'Saving…' : 'Save rules'}
        </Button>
      </div>
    </form>
  );
}
