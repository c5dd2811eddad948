import { FieldError } from '@/components/ui/field';

interface ConfirmedFieldProps {
  /** What is confirmed, and what is to be known before. */
  readonly words: string;
  readonly hint: string;
  readonly checked: boolean;
  readonly error: string | undefined;
  readonly onChange: (confirmed: boolean) => void;
}

/** To be ticked before a change by which a tenant loses something. */
export function ConfirmedField({ words, hint, checked, error, onChange }: ConfirmedFieldProps) {
  return (
    <div>
      <label className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-2.5 text-13">
        <input
          type="checkbox"
          checked={checked}
          aria-invalid={Boolean(error)}
          aria-describedby={error ? 'confirmed-error' : undefined}
          onChange={(event) => onChange(event.target.checked)}
          className="mt-0.5 size-4"
        />
        <span>{words}</span>
        <small className="col-start-2 text-12 text-text-muted">{hint}</small>
      </label>
      <div className="pl-[26px]">
        <FieldError id="confirmed" error={error} />
      </div>
    </div>
  );
}
