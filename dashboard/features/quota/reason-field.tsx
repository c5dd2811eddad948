import { describedBy, Field } from '@/components/ui/field';

interface ReasonFieldProps {
  value: string;
  error: string | undefined;
  disabled: boolean;
  onChange: (value: string) => void;
}

export function ReasonField({ value, error, disabled, onChange }: ReasonFieldProps) {
  const hint = 'Required. Shown in the audit log. The change reaches every process within 1 s';
  return (
    <Field id="reason" label="Reason" hint={hint} error={error}>
      <textarea
        id="reason"
        name="reason"
        rows={2}
        required
        maxLength={600}
        value={value}
        disabled={disabled}
        aria-invalid={Boolean(error)}
        aria-describedby={describedBy('reason', hint, error)}
        onChange={(event) => onChange(event.target.value)}
        className="field-focus w-full resize-y rounded-2 border border-border-control bg-bg-raised px-2.5 py-2 text-13 aria-invalid:border-critical disabled:bg-bg-muted disabled:text-text-muted"
      />
    </Field>
  );
}
