import { describedBy, Field } from '@/components/ui/field';

interface MbFieldProps {
  id: string;
  label: string;
  hint: string;
  value: string;
  error: string | undefined;
  disabled: boolean;
  /** Whether it may be left empty. */
  optional?: boolean;
  onChange: (value: string) => void;
}

/** Whole MiB with the unit inside the field. Text, not a number field: a wheel must not change a quota. */
export function MbField({ id, label, hint, value, error, disabled, optional = false, onChange }: MbFieldProps) {
  return (
    <Field id={id} label={label} hint={hint} error={error}>
      <span className="field-focus flex items-center rounded-2 border border-border-control bg-bg-raised has-aria-invalid:border-critical">
        <input
          id={id}
          name={id}
          inputMode="numeric"
          autoComplete="off"
          required={!optional}
          value={value}
          disabled={disabled}
          aria-invalid={Boolean(error)}
          aria-describedby={describedBy(id, hint, error)}
          onChange={(event) => onChange(event.target.value)}
          className="h-[calc(var(--control)-2px)] w-full min-w-0 bg-transparent px-2.5 text-right text-13 tabular-nums shadow-none! disabled:text-text-muted"
        />
        <span aria-hidden className="pr-2.5 pl-0.5 text-13 text-text-muted">
          MiB
        </span>
      </span>
    </Field>
  );
}
