import type { Policy } from '@/data/quota-schema';
import { POLICY_WORDS } from './quota-words';

interface PolicyFieldProps {
  value: Policy;
  present: Policy;
  disabled: boolean;
  onChange: (policy: Policy) => void;
}

const POLICIES = Object.keys(POLICY_WORDS) as Policy[];

export function PolicyField({ value, present, disabled, onChange }: PolicyFieldProps) {
  return (
    <fieldset disabled={disabled}>
      <legend className="text-13 font-medium">When the quota is full</legend>
      <div className="mt-2.5 grid">
        {POLICIES.map((policy) => (
          <label key={policy} className="grid grid-cols-[auto_64px_minmax(0,1fr)] gap-x-2.5 py-[5px] text-13">
            <input
              type="radio"
              name="policy"
              value={policy}
              checked={policy === value}
              onChange={() => onChange(policy)}
              className="mt-0.5 size-4"
            />
            <code>{policy}</code>
            <span className="text-text-secondary">
              {POLICY_WORDS[policy]} {policy === present && <span className="text-text-muted">(now)</span>}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
