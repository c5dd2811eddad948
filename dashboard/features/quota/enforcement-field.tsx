import { Segmented } from '@/components/ui/segmented';
import type { Enforcement } from '@/data/quota-schema';
import { ENFORCEMENT_WORDS } from './quota-words';

interface EnforcementFieldProps {
  value: Enforcement;
  disabled: boolean;
  onChange: (enforcement: Enforcement) => void;
}

const ENFORCEMENTS = Object.keys(ENFORCEMENT_WORDS) as Enforcement[];

export function EnforcementField({ value, disabled, onChange }: EnforcementFieldProps) {
  return (
    <div className="grid justify-items-start gap-1.5">
      <span id="enforcement-label" className="text-13 font-medium">
        Enforcement
      </span>
      <Segmented
        labelledBy="enforcement-label"
        describedBy="enforcement-hint"
        disabled={disabled}
        value={value}
        onChange={onChange}
        segments={ENFORCEMENTS.map((enforcement) => ({ value: enforcement, label: enforcement }))}
      />
      <span id="enforcement-hint" className="text-12 text-text-muted">
        <b className="font-medium text-text-secondary">{value}</b>: {ENFORCEMENT_WORDS[value]}
      </span>
    </div>
  );
}
